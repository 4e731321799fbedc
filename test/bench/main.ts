import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { NAME as COMMIT_RATE, measureCommitRate } from './commit-rate.ts';
import { NAME as COMMIT_TO_ONE, measureCommitToOne } from './commit-to-one.ts';
import type { Progress, Row } from './row.ts';

const BENCHMARKS: Readonly<Record<string, (progress: Progress) => Promise<Row>>> = {
  [COMMIT_RATE]: measureCommitRate,
  [COMMIT_TO_ONE]: measureCommitToOne,
};

const { values } = parseArgs({
  options: { json: { type: 'string' }, only: { type: 'string', default: '' } },
});

// Ends what was started: every process registers its end there.
process.once('SIGINT', () => process.exit(130));

const chosen = Object.entries(BENCHMARKS).filter(([name]) => name.includes(values.only));
if (chosen.length === 0) {
  throw new Error(
    `No row's name contains '${values.only}'. There are: ${Object.keys(BENCHMARKS).join('; ')}.`,
  );
}
const rows: Row[] = [];
for (const [name, measure] of chosen) {
  rows.push(await measure((text) => void process.stderr.write(`${name}: ${text}\n`)));
}
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(rows, null, 2)}\n`);

const number = (value: number) => (value >= 100 ? value.toFixed(0) : value.toFixed(2));
const lines = rows.map(({ name, unit, value, baseline, ratio, rounds, alternatives = {} }) => [
  name,
  unit,
  number(value),
  number(baseline),
  number(ratio),
  `${number(Math.min(...rounds))}–${number(Math.max(...rounds))}`,
  Object.entries(alternatives)
    .map(([design, figure]) => `${design}: ${number(figure)}`)
    .join(', '),
]);
const table = [['row', 'unit', 'ours', 'baseline', 'ratio', 'of rounds', 'other designs'], ...lines];
const widths =
  table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? [];
for (const line of table) {
  process.stdout.write(
    `${line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()}\n`,
  );
}
