import { writeFile } from 'node:fs/promises';
import { describeAim } from './aim.ts';
import { BENCHMARKS, choose } from './benchmarks.ts';
import { describeMachine, load, machineLines } from './machine.ts';
import { findNode } from './node-program.ts';
import { type Options, readOptions } from './options.ts';
import type { Row } from './row.ts';
import type { Benchmark } from './run.ts';
import { tableLines } from './table.ts';

const print = (lines: readonly string[]) => void process.stdout.write(`${lines.join('\n')}\n`);

/** What `--list` shows of one. */
const listed = ({ name, figures, warmUp }: Benchmark): string[] => [
  name,
  ...figures.map(({ name, unit, aims = [] }) => {
    const aim = aims.map((one) => describeAim(one, unit)).join(', ');
    return `  ${name}, in ${unit}${aim === '' ? '' : `: ${aim}`}`;
  }),
  `  warm-up: ${warmUp}`,
];

interface Plan {
  readonly options: Options;
  readonly chosen: readonly Benchmark[];
  /** The program `node` of the servers under test. */
  readonly node: string;
}

async function plan(): Promise<Plan> {
  const options = readOptions(process.argv.slice(2));
  const chosen = choose(BENCHMARKS, options.only);
  const node = options.node === undefined || options.list ? process.execPath : await findNode(options.node);
  return { options, chosen, node };
}

async function measure({ options, chosen, node }: Plan): Promise<void> {
  const machine = await describeMachine(node);
  const rows: Row[] = [];
  for (const { name, measure } of chosen) {
    const progress = (text: string) => void process.stderr.write(`${name}: ${text}\n`);
    rows.push(...(await measure({ rounds: options.rounds, node, progress })));
  }
  const measured = { ...machine, loadAtEnd: load() };
  if (options.json !== undefined)
    await writeFile(options.json, `${JSON.stringify({ machine: measured, rows }, null, 2)}\n`);
  print([...tableLines(rows), '', ...machineLines(measured)]);
}

// Ends what was started: every process registers its end there, and there are more than the ten of which Node would warn.
process.setMaxListeners(0);
process.once('SIGINT', () => process.exit(130));

const planned = await plan().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
if (planned.options.list) print(planned.chosen.flatMap(listed));
else await measure(planned);
