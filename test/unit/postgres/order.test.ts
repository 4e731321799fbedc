import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FILES = ['sidecar', 'addon', 'test'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|sql|py)$/.test(file) && !import.meta.filename.endsWith(file))
    .map((file) => join(folder, file)),
);
/** Of a file of SQL a statement, of any other what stands in one pair of quotes. */
const STATEMENTS = {
  sql: /[^;]+/g,
  ts: /`[^`]*`|'[^'\n]*'|"[^"\n]*"/g,
  py: /"""[\s\S]*?"""|'[^'\n]*'|"[^"\n]*"/g,
};
const TEXT_COLUMN = /"?(\w+)"?::text(?:\s+AS\s+"?(\w+)"?)?/gi;
const SORTED_BY = /\b(?:ORDER|GROUP) BY\s+([\w."\s,]+)/gi;

/** The columns by which a statement sorts or groups though it gives them back as texts, in which 100 is before 95. */
function sortedAsText(statement: string): string[] {
  const texts = new Set([...statement.matchAll(TEXT_COLUMN)].map(([, column, name]) => name ?? column));
  // The columns of a message, which are written once.
  if (/\$\{COLUMNS\}/.test(statement)) for (const name of ['id', 'txid', 'date', 'values']) texts.add(name);
  return [...statement.matchAll(SORTED_BY)]
    .flatMap(([, terms = '']) => terms.split(',').map((term) => /^\s*"?([\w.]+)/.exec(term)?.[1] ?? ''))
    .filter((term) => texts.has(term));
}

function offences(): string[] {
  return FILES.flatMap((file) => {
    const kind = file.endsWith('.sql') ? 'sql' : file.endsWith('.py') ? 'py' : 'ts';
    const text = readFileSync(join(ROOT, file), 'utf8');
    return [...text.matchAll(STATEMENTS[kind])].flatMap(([statement]) =>
      sortedAsText(statement).map((name) => `${file}: ${name}`),
    );
  });
}

it('knows a statement that sorts numbers as texts', () => {
  expect(sortedAsText('SELECT m.id::text, txid::text AS t FROM m ORDER BY m.id, id, t LIMIT 3')).toEqual([
    'id',
    't',
  ]);
});

it('finds no statement that sorts numbers as texts', () => {
  expect(FILES.length).toBeGreaterThan(100);
  expect(offences()).toEqual([]);
});
