import { type Block, findSection, readMarkdown, type Section } from './markdown.ts';

/** Where an example runs: with a sidecar alone, with a real Odoo 19 as well, or in the web client of a series. */
export type Stage = 'sidecar' | 'odoo' | 'web client' | 'web client 14' | 'web client 7';

/** One example of the API's pages. */
export interface Example {
  /** The headings above it. */
  readonly title: string;
  readonly stage: Stage;
  /** The server module; the imports are those that all examples share. */
  readonly server: string;
  /** The same in Python, for a Python worker; empty if it is of TypeScript alone. */
  readonly twin: string;
  /** What the page or the script does; `//> ` comes before each line that is shown. */
  readonly browser: string;
  /** What is run at the end. */
  readonly sql: string;
  /** The models of the addon. */
  readonly python: string;
  /** What the log says, in lines without date and process. */
  readonly logged: readonly string[];
  readonly shown: readonly string[];
}

/** A name of the API, as a heading has it. */
export interface DocumentedName {
  /** The section it stands in. */
  readonly section: string;
  /** Without its arguments. */
  readonly name: string;
  /** Is there an example below it that shows something? */
  readonly hasExample: boolean;
}

const STAGES: ReadonlyMap<string, Stage> = new Map([
  ['with Odoo 19', 'odoo'],
  ['in the web client of Odoo 19', 'web client'],
  ['in the web client of Odoo 14', 'web client 14'],
  ['in the web client of OpenERP 7.0', 'web client 7'],
]);

/** The pages that document the API. */
export const API_PAGES = [
  'docs/api.md',
  ...['server-module', 'namespace', 'longpolling', 'browser', 'script', 'sending'].map(
    (name) => `docs/api/${name}.md`,
  ),
];

const sections = API_PAGES.flatMap((page) => readMarkdown(page));

/** The examples of the API's pages: one for each heading. */
export function readExamples(): Example[] {
  const { blocks } = findSection(sections, 'The examples');
  const imports = { server: textOf(blocks, 'ts'), twin: textOf(blocks, 'python') };
  const isExample = ({ level, blocks }: Section) => level === 3 && blocks.length > 0;
  return sections.flatMap((section, index) =>
    isExample(section) ? [makeExample(section, parentOf(index), imports)] : [],
  );
}

/** The small addons of the other texts, without Odoo: what a row for the user shows. README.md's is in Python alone. */
export function readSmallAddons(): Example[] {
  return [
    makeSmall('README.md', findSection(readMarkdown('README.md'), 'An addon in short').blocks),
    makeSmall(
      'docs/tutorial.md',
      readMarkdown('docs/tutorial.md').flatMap(({ blocks }) => blocks),
    ),
  ];
}

/** The second addon of docs/tutorial.md: it needs Odoo. */
export interface Banner extends Example {
  readonly manifest: string;
  /** The view of Odoo's that it extends. */
  readonly view: string;
  /** The template of the web client's that it extends. */
  readonly template: string;
}

export function readBanner(): Banner {
  const section = findSection(readMarkdown('docs/tutorial.md'), 'A banner on the record that is open');
  const [manifest = '', python = '', twin = ''] = textsOf(section.blocks, 'python');
  const [view = '', template = ''] = textsOf(section.blocks, 'xml');
  const example = makeExample(section, 'docs/tutorial.md');
  return { ...example, stage: 'web client', manifest, python, twin, view, template };
}

/** The examples of docs/porting.md: each has one file in Python, and one in TypeScript that brings its own imports. */
export function readPorted(): Example[] {
  return readMarkdown('docs/porting.md')
    .filter(({ blocks }) => textOf(blocks, 'py') !== '')
    .map((section) => makeExample(section, 'docs/porting.md'));
}

function makeSmall(file: string, blocks: readonly Block[]): Example {
  return {
    ...{ title: `${file}: the small addon`, stage: 'sidecar', python: '', logged: [] },
    server: textOf(blocks, 'ts'),
    twin: textsOf(blocks, 'python').find((text) => text.includes('LongPollingNameSpace.on')) ?? '',
    sql: '',
    browser: `
      new SocketIO('/longpolling').on('my_addon.news', (messages) => show(messages));
      await insert('my_addon', { to_id: 3, text: 'not mine' }, { to_id: 2, text: 'Hello' });`,
    shown: ['[{"to_id":2,"text":"Hello"}]'],
  };
}

/** The names that the headings of the API's pages document. */
export function readNames(): DocumentedName[] {
  return sections.flatMap(({ level, heading, blocks }, index) =>
    [...heading.matchAll(/`(?:new )?([^`(]+)[^`]*`/g)].map(([, name = '']) => ({
      section: level === 3 ? parentOf(index) : plain(heading),
      name: name.trim(),
      hasExample: /^\/\/> /m.test(textOf(blocks, 'js')) || textOf(blocks, 'log') !== '',
    })),
  );
}

function makeExample(section: Section, parent: string, imports = { server: '', twin: '' }): Example {
  const { heading, comments, blocks } = section;
  const text = (language: string) => textOf(blocks, language);
  return {
    title: `${parent}: ${plain(heading)}`,
    stage: comments.map((comment) => STAGES.get(comment)).find((stage) => stage !== undefined) ?? 'sidecar',
    server: `${imports.server}\n${text('ts')}`,
    twin: text('python') === '' ? '' : `${imports.twin}\n\n${text('python')}`,
    ...{ browser: text('js'), sql: text('sql'), python: text('py') },
    logged: text('log')
      .split('\n')
      .filter((line) => line !== ''),
    shown: [...text('js').matchAll(/^\/\/> (.*)$/gm)].map(([, line = '']) => line),
  };
}

function parentOf(index: number): string {
  return plain(sections.slice(0, index).findLast(({ level }) => level === 2)?.heading ?? '');
}

function plain(heading: string): string {
  return heading.replaceAll('`', '');
}

function textOf(blocks: readonly Block[], language: string): string {
  return textsOf(blocks, language)[0] ?? '';
}

function textsOf(blocks: readonly Block[], language: string): string[] {
  return blocks.filter((block) => block.language === language).map(({ text }) => text);
}
