import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { figure, type Row } from './row.ts';
import { COMMIT_RATE } from './rows/commit-rate.ts';
import { COMMIT_TO_ALL } from './rows/commit-to-all.ts';
import { COMMIT_TO_ONE } from './rows/commit-to-one.ts';
import { CONNECTION_RATE } from './rows/connection-rate.ts';
import { MEMORY } from './rows/memory.ts';
import { PYTHON_ASKS } from './rows/python/asks.ts';
import { PYTHON_MEMORY } from './rows/python/memory.ts';
import { PYTHON_PAUSES } from './rows/python/pauses.ts';
import { PYTHON_SPEED } from './rows/python/speed.ts';
import { QUEUE_RATE } from './rows/queue-rate.ts';

const BENCHMARKS = [
  ...COMMIT_RATE,
  ...COMMIT_TO_ONE,
  ...COMMIT_TO_ALL,
  ...QUEUE_RATE,
  ...CONNECTION_RATE,
  ...MEMORY,
  ...PYTHON_SPEED,
  ...PYTHON_ASKS,
  ...PYTHON_PAUSES,
  ...PYTHON_MEMORY,
];

const { values } = parseArgs({
  options: { json: { type: 'string' }, only: { type: 'string', default: '' } },
});

// Ends what was started: every process registers its end there, and there are more than the ten of which Node would warn.
process.setMaxListeners(0);
process.once('SIGINT', () => process.exit(130));

const chosen = BENCHMARKS.filter(({ name }) => name.includes(values.only));
if (chosen.length === 0) {
  throw new Error(
    `No row's name contains '${values.only}'. There are: ${BENCHMARKS.map(({ name }) => name).join('; ')}.`,
  );
}
const rows: Row[] = [];
for (const { name, measure } of chosen) {
  rows.push(await measure((text) => void process.stderr.write(`${name}: ${text}\n`)));
}
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(rows, null, 2)}\n`);

const lines = rows.map(({ name, unit, value, baseline, ratio, rounds, alternatives = {} }) => [
  name,
  unit,
  figure(value),
  figure(baseline),
  figure(ratio),
  `${figure(Math.min(...rounds))}–${figure(Math.max(...rounds))}`,
  Object.entries(alternatives)
    .map(([design, value]) => `${design}: ${figure(value)}`)
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
