import { existsSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readText } from '../support/documents/markdown.ts';

const root = new URL('../../', import.meta.url);
const list = (folder: string, ending: string) =>
  readdirSync(fileURLToPath(new URL(folder, root)), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => posix.join(folder, path));

const NOTES = ['test/openerp7/README.md', 'docker/openerp7/README.md'];
const TOP = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
const documents = [...TOP, ...list('docs', '.md'), ...list('addon', '.md'), ...NOTES];
/** Without blocks of code, in which `#` begins a comment. */
const prose = (file: string) => readText(file).replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');

it('has a README of at most 150 lines, which leads to each document', () => {
  expect(readText('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  const linked = new Set(linksOf('README.md').map(({ path }) => path));
  const guides = readdirSync(new URL('docs', root)).filter((name) => name.endsWith('.md'));
  expect(guides.filter((name) => !linked.has(`docs/${name}`))).toEqual([]);
});

it('has no link to a file or a heading that is not there', () => {
  const anchors = new Map(documents.map((file) => [file, anchorsOf(file)]));
  const links = documents.flatMap((file) => linksOf(file));
  expect(links.length).toBeGreaterThan(150);
  const isThere = ({ path, anchor }: Link) =>
    existsSync(new URL(path, root)) && (anchor === undefined || anchors.get(path)?.has(anchor) === true);
  expect(links.filter((link) => !isThere(link)).map(({ from, text }) => `${from}: ${text}`)).toEqual([]);
});

it('lists each decision once', () => {
  const listed = linksOf('docs/decisions/README.md').map(({ path }) => path);
  const decisions = list('docs/decisions', '.md').filter((path) => path !== 'docs/decisions/README.md');
  expect(decisions.length).toBeGreaterThan(90);
  expect(listed.filter((path) => path.startsWith('docs/decisions/')).sort()).toEqual(decisions.sort());
});

it('names for each line of the proxy contract a test that is there', () => {
  const lines = readText('docs/operations.md').match(/^\| \d+ \|.*$/gm) ?? [];
  expect(lines.length).toBeGreaterThan(8);
  const tests = new Set(
    list('test/proxy', '.ts').map((path) => path.replace(/^test\/proxy\/|\.test\.ts$/g, '')),
  );
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

interface Link {
  readonly from: string;
  /** As it is written. */
  readonly text: string;
  /** Of the file, from the top of the repository. */
  readonly path: string;
  readonly anchor: string | undefined;
}

/** The links of a document to other files of the repository, and to its own headings. */
function linksOf(from: string): Link[] {
  return [...prose(from).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, text = '']) => text)
    .filter((text) => !text.startsWith('https://') && !text.startsWith('http://'))
    .map((text) => {
      const [path = '', anchor] = text.split('#');
      return { from, text, path: path === '' ? from : posix.join(posix.dirname(from), path), anchor };
    });
}

/** The names by which GitHub links to the headings of a document. */
function anchorsOf(file: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of prose(file).matchAll(/^#+ (.+)$/gm)) {
    const name = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    // A second heading of the same name gets a number.
    const copies = [...anchors].filter((one) => one === name || one.startsWith(`${name}-`)).length;
    anchors.add(anchors.has(name) ? `${name}-${copies}` : name);
  }
  return anchors;
}
