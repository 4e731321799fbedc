import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { describeMachine, load } from '../machine.ts';
import { findNode } from '../node-program.ts';
import { readOptions } from '../options.ts';
import { drawLatencies } from './latency-plot.ts';
import { LATENCIES, toLatencies } from './latency-points.ts';

const SVG = fileURLToPath(new URL('../../../docs/latency.svg', import.meta.url));

/** What a run has written with `--json`, as far as the plot needs it. */
const Run = z.object({
  machine: z.object({
    date: z.string(),
    cores: z.number(),
    node: z.string(),
    postgres: z.array(z.string()).readonly(),
  }),
  rows: z.array(z.object({ name: z.string(), value: z.number(), baseline: z.number().nullable() })),
});
type Run = z.infer<typeof Run>;

async function measure(args: readonly string[]): Promise<Run> {
  const { rounds, node: wanted, json } = readOptions(args);
  const node = wanted === undefined ? process.execPath : await findNode(wanted);
  const machine = await describeMachine(node);
  const rows = [];
  for (const { name, measure } of LATENCIES) {
    const progress = (text: string) => void process.stderr.write(`${name}: ${text}\n`);
    rows.push(...(await measure({ rounds, node, progress })));
  }
  const run = { machine: { ...machine, loadAtEnd: load() }, rows };
  if (json !== undefined) await writeFile(json, `${JSON.stringify(run, null, 2)}\n`);
  return run;
}

// Ends what was started: every process registers its end there, and there are more than the ten of which Node would warn.
process.setMaxListeners(0);
process.once('SIGINT', () => process.exit(130));

// `--from FILE` draws a run that was measured before; else the options are those of the benchmark.
const args = process.argv.slice(2);
const { values } = parseArgs({ args, strict: false, options: { from: { type: 'string' } } });
const run =
  typeof values.from === 'string'
    ? Run.parse(JSON.parse(await readFile(values.from, 'utf8')))
    : await measure(args);
const { date, cores, node, postgres } = run.machine;
const where = `${date.slice(0, 10)}, ${cores} cores, Node ${node.slice(1)}, PostgreSQL ${postgres[0]}`;
await writeFile(SVG, drawLatencies(toLatencies(run.rows), where));
process.stdout.write(`${SVG}\n`);
