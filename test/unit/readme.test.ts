import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readMarkdown, readText } from '../support/documents/markdown.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const files = (folder: string) =>
  readdirSync(fileURLToPath(new URL(folder, root)), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${folder}/${path}`);

/** Codes that stand where an error is made, or where one is named by its Python class. */
const CODE = /(?:SocketIOError\(|named\(|\bcode: |Error: |\? )\s*'([a-z]+(?:_[a-z]+)+)'/g;

it('names every error code in the README', () => {
  const sources = [...files('sidecar/src'), ...files('addon/web_longpolling/socketio')];
  const codes = new Set(sources.flatMap((path) => [...read(path).matchAll(CODE)].map((match) => match[1])));
  expect(codes.size).toBeGreaterThan(40);
  const readme = read('README.md');
  expect([...codes].filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
});

it('has no link to a heading that is gone, and neither have the other texts', () => {
  const guides = ['API.md', 'TUTORIAL.md', 'PORTING.md', 'PRODUCTION.md'];
  const files = ['README.md', ...guides, 'ARCHITECTURE.md', 'CONTRIBUTING.md'];
  /** As GitHub makes them. */
  const anchor = (heading: string) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
  const known = new Set(
    files.flatMap((file) => readMarkdown(file).map(({ heading }) => `${file}#${anchor(heading)}`)),
  );
  const links = files.flatMap((file) =>
    [...readText(file).matchAll(/\]\(([\w.]*#[^)]+)\)/g)].map(([, link = '']) =>
      link.startsWith('#') ? file + link : link,
    ),
  );
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter((link) => !known.has(link))).toEqual([]);
});

it('names for each line of the proxy contract a test that is there', () => {
  const lines = readText('PRODUCTION.md').match(/^\| \d+ \|.*$/gm) ?? [];
  expect(lines.length).toBeGreaterThan(8);
  const tests = new Set(files('test/proxy').map((path) => path.replace(/^test\/proxy\/|\.test\.ts$/g, '')));
  for (const line of lines) {
    const named =
      line
        .split('|')
        .at(-2)
        ?.match(/[\w-]+/g) ?? [];
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !tests.has(name))).toEqual([]);
  }
});
