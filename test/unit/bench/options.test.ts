import { expect, it } from 'vitest';
import { choose } from '../../bench/benchmarks.ts';
import { readOptions } from '../../bench/options.ts';
import type { Benchmark } from '../../bench/run.ts';

const benchmark = (name: string): Benchmark => ({
  ...{ name, figures: [], warmUp: 'none' },
  measure: async () => [],
});
const ALL = [benchmark('memory at 1,000'), benchmark('memory at 5,000'), benchmark('commit rate')];
const namesOf = (only: readonly string[]) => choose(ALL, only).map(({ name }) => name);

it('without options three rounds of all rows are measured, on the Node that runs them', () => {
  const options = readOptions([]);
  expect(options).toEqual({ only: [''], rounds: 3, node: undefined, json: undefined, list: false });
  expect(namesOf(options.only)).toHaveLength(3);
});

it('rows are chosen by parts of their names', () => {
  const { only } = readOptions(['--only', 'at 5', '--only', 'commit']);
  expect(namesOf(only)).toEqual(['memory at 5,000', 'commit rate']);
});

it('the whole name of a row chooses that row alone, though others have it in theirs', () => {
  const all = [benchmark('event'), benchmark('Python: event')];
  expect(choose(all, ['event']).map(({ name }) => name)).toEqual(['event']);
  expect(choose(all, ['even']).map(({ name }) => name)).toEqual(['event', 'Python: event']);
});

it('a part that is in no name is an error which says how to see the names', () => {
  expect(() => choose(ALL, ['memory', 'speed'])).toThrow(
    "No row's name contains 'speed'. Run `npm run bench -- --list`",
  );
});

it.each(['0', '1.5', 'many', ''])('%j is no number of rounds', (rounds) => {
  expect(() => readOptions(['--rounds', rounds])).toThrow(`'${rounds}' is no number of rounds`);
});

it('an unknown option is an error', () => {
  expect(() => readOptions(['--fast'])).toThrow("Unknown option '--fast'");
});
