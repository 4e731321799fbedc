import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { cell } from '../../../sidecar/src/top/cell.ts';
import { frame } from '../../../sidecar/src/top/frame.ts';
import { paint } from '../../../sidecar/src/top/paint.ts';
import type { Section } from '../../../sidecar/src/top/section.ts';
import type { View } from '../../../sidecar/src/top/view.ts';

const COLUMNS = [
  { title: 'NAME', isText: true, rank: 0 },
  { title: 'PAGES', rank: 0 },
  { title: 'USERS', rank: 1 },
  { title: 'A LONG TITLE', rank: 2 },
] as const;

function section(title: string, names: readonly string[]): Section {
  const rows = names.map((name, index) => [name, `${index}`, `${index}`, 'x'].map((text) => cell(text)));
  return { title, columns: COLUMNS, rows, none: 'nothing' };
}

function show(sections: readonly Section[], columns: number, rows: number, trouble: string | null = null) {
  const view: View = {
    ...{ release: '1.0.0', upSeconds: 5, date: new Date(2026, 10, 29, 21, 4, 5), sections, hint: null },
    figures: [
      ['pages', '12'],
      ['memory', '182 MB'],
    ],
  };
  const lines = frame(view, { address: 'http://127.0.0.1:8068', trouble, keys: 'q quit' }, { columns, rows });
  return lines.map((line) => paint(line, false));
}

const many = (count: number, name = 'name') => Array.from({ length: count }, (_, n) => `${name} ${n}`);

it('shows all where there is room, with each section by itself', () => {
  expect(show([section('Databases', ['mydb', 'other']), section('Queues', [])], 60, 12)).toEqual([
    'web_socketio 1.0.0 at http://127.0.0.1:8068, up 5…  21:04:05',
    'pages 12   memory 182 MB',
    '',
    'NAME   PAGES  USERS  A LONG TITLE',
    'mydb       0      0             x',
    'other      1      1             x',
    '',
    'Queues: nothing',
    '',
    '',
    '',
    'q quit',
  ]);
});

it.each([
  [80, 24],
  [120, 40],
  [50, 16],
  [30, 12],
  [20, 10],
])('is no larger than %i columns and %i rows, whatever there is', (columns, rows) => {
  const long = `${'very long '.repeat(10)}名前`;
  const sections = Array.from({ length: 6 }, (_, n) => section(`Section ${n}`, many(n * 50, long)));
  const lines = show(sections, columns, rows, `Gone: ${'because '.repeat(30)}`);
  expect(lines.length).toBeLessThanOrEqual(rows);
  for (const line of lines) expect(stringWidth(line), line).toBeLessThanOrEqual(columns);
});

it('divides the rows, and says how many there are', () => {
  const lines = show([section('A', many(100)), section('B', ['only']), section('C', many(100))], 80, 24);
  expect(lines).toHaveLength(24);
  const shown = lines.filter((line) => /^name \d/.test(line));
  expect(shown).toHaveLength(16);
  expect(lines).toContain('only      0      0             x');
  expect(lines.filter((line) => line.startsWith('NAME'))).toEqual([
    expect.stringContaining('8 of 100'),
    expect.not.stringContaining(' of '),
    expect.stringContaining('8 of 100'),
  ]);
});

it('leaves out what matters least where it is narrow, and cuts texts only then', () => {
  const name = 'a_database_with_a_long_name';
  const titles = (width: number) => show([section('A', [name])], width, 10)[3];
  expect(titles(60)).toMatch(/^NAME +PAGES {2}USERS {2}A LONG TITLE$/);
  expect(titles(40)).toMatch(/^NAME +PAGES {2}USERS$/);
  expect(show([section('A', [name])], 40, 10)[4]).toBe(`${name.slice(0, 25)}…      0      0`);
  expect(titles(24)).toMatch(/^NAME +PAGES$/);
  expect(show([section('A', [name])], 24, 10)[4]).toBe(`${name.slice(0, 16)}…      0`);
});

it('leaves out the last figures where they do not fit, and none in between', () => {
  const wide = show([section('A', [])], 23, 10)[1];
  expect(wide).toBe('pages 12');
  expect(show([section('A', [])], 24, 10)[1]).toBe('pages 12   memory 182 MB');
});

it('lets nobody tell the terminal what to do', () => {
  const lines = show([section('A', ['a\u001B[2Jb\nc'])], 60, 10);
  expect(lines[4]).toMatch(/^a \[2Jb c /);
});

it('says in red, and before all else, that the sidecar has gone', () => {
  expect(show([section('A', [])], 60, 10, 'Gone for 3 s')[2]).toBe('Gone for 3 s');
});
