import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ERROR_CODES, ERROR_PARTS, type ErrorCode } from '../../sidecar/src/api/error-codes/catalogue.ts';
import type { ErrorEntry, MadeIn } from '../../sidecar/src/api/error-codes/error-entry.ts';
import { SidecarError } from '../../sidecar/src/api/sidecar-error.ts';

const root = new URL('../../', import.meta.url);
const path = (name: string) => fileURLToPath(new URL(name, root));

/** What sidecar and browser share names codes as well. */
const FOLDERS: Readonly<Record<MadeIn, readonly string[]>> = {
  sidecar: ['sidecar/src', 'sidecar/protocol'],
  'server module': ['addon/web_longpolling/socketio'],
  browser: ['addon/web_socketio/src', 'sidecar/protocol'],
  'Python worker': ['addon/web_socketio/worker', 'addon/web_socketio/common', 'addon/web_socketio'],
};

/** All TypeScript and Python of a folder, but the catalogue itself, and the options that name the code of a limit. */
function sourceOf(folder: string): string {
  return readdirSync(path(folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|py)$/.test(name) && !/error-codes\/|config\/options\//.test(name))
    .map((name) => readFileSync(path(`${folder}/${name}`), 'utf8'))
    .join('\n');
}

const sources = new Map(
  Object.entries(FOLDERS).map(([place, folders]) => [place, folders.map(sourceOf).join('\n')] as const),
);
const entries: readonly (readonly [string, ErrorEntry])[] = Object.entries(ERROR_CODES);

it('has each code in one part of the catalogue', () => {
  const codes = ERROR_PARTS.flatMap((part) => Object.keys(part.codes));
  expect(codes.length).toBeGreaterThan(100);
  expect([...codes].sort()).toEqual(Object.keys(ERROR_CODES).sort());
});

/** `npx vitest run --project unit test/unit/error-codes.test.ts -u` writes it; its beginning is written by hand. */
it('stands in docs/errors.md, word for word', async () => {
  const [head = ''] = readFileSync(path('docs/errors.md'), 'utf8').split('\n## ');
  const parts = ERROR_PARTS.map((part) => describePart(part.title, part.codes));
  await expect(`${head}\n${parts.join('\n')}`).toMatchFileSnapshot(path('docs/errors.md'));
});

it('holds no code that nobody makes any more', () => {
  const places = entries.flatMap(([code, { madeIn = ['sidecar'] }]) =>
    madeIn.map((place) => [code, place] as const),
  );
  expect(places.filter(([code, place]) => sources.get(place)?.includes(`'${code}'`) !== true)).toEqual([]);
});

it('says of each error whether a browser gets its message, and whether to try again', () => {
  const error = (code: ErrorCode, options = {}) => new SidecarError(code, 'Something', options);
  expect(error('session_ended')).toMatchObject({ name: 'SocketIOError', isTold: true, retry: false });
  expect(error('draining')).toMatchObject({ code: 'draining', isTold: true, retry: true });
  expect(error('database_missing')).toMatchObject({ isTold: false, retry: true });
  expect(error('odoo_timeout', { retry: true })).toMatchObject({ isTold: false, retry: true });
  expect(error('odoo_unreachable')).toMatchObject({ isTold: false, retry: false });
});

/** The compiler sees to the sidecar's own codes. Addons may have any; these two are ours. */
it.each(['server module', 'browser'] as const)('knows each code that is made in the %s', (place) => {
  const made = [...(sources.get(place) ?? '').matchAll(/(?:SocketIOError\(|\bcode: )\s*'(\w+)'/g)];
  const codes = [...new Set(made.map(([, code = '']) => code))];
  expect(codes.length).toBeGreaterThan(1);
  const known = new Map(entries.map(([code, { madeIn = ['sidecar'] }]) => [code, madeIn]));
  expect(codes.filter((code) => known.get(code)?.includes(place) !== true)).toEqual([]);
});

it('knows each code with which a Python worker says why it has no link', () => {
  const codes = [...(sources.get('Python worker') ?? '').matchAll(/'(link_\w+)'/g)].map(
    ([, code = '']) => code,
  );
  expect(new Set(codes).size).toBeGreaterThan(5);
  expect(codes.filter((code) => !Object.hasOwn(ERROR_CODES, code))).toEqual([]);
});

function describePart(title: string, codes: Readonly<Record<string, ErrorEntry>>): string {
  const rows = Object.entries(codes).map(([code, { meaning, seenBy, retry, exitCode }]) => {
    const next =
      exitCode === undefined ? (retry === true ? 'retry' : (retry ?? '')) : `exit code ${exitCode}`;
    return `| \`${code}\` | ${meaning} | ${seenBy} | ${next} |`;
  });
  return `## ${title}\n\n| code | means | text | then |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}
