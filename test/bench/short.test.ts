import { afterAll, expect, it } from 'vitest';
import { BENCHMARKS } from './benchmarks.ts';
import type { Row } from './row.ts';
import { liveListsOf } from './rows/live-lists.ts';
import { stormOf } from './rows/storm.ts';
import type { Benchmark } from './run.ts';
import { tableLines } from './table.ts';

const NAMES = ['commit → last of 1,000', 'queue messages taken and confirmed a second'];

const find = (name: string): Benchmark => {
  const benchmark = BENCHMARKS.find((one) => one.name === name);
  if (benchmark === undefined)
    throw new Error(`There is no row '${name}'. Name one of \`npm run bench -- --list\`.`);
  return benchmark;
};

const rows: Row[] = [];

it.each([...NAMES.map(find), stormOf(200), liveListsOf(200)])(
  'nothing is lost, and nothing comes twice: $name',
  async ({ measure }) => {
    rows.push(...(await measure({ rounds: 1, node: process.execPath, progress: () => undefined })));
    // How long it took says nothing on a machine that does something else as well.
    expect(rows.at(-1)?.values).toHaveLength(1);
  },
);

afterAll(() => void process.stdout.write(`${tableLines(rows).join('\n')}\n`));
