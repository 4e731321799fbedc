import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { startPostgres } from '../../support/postgres/postgres.ts';
import { describeMachine, load, machineLines } from '../machine.ts';
import { findNode } from '../node-program.ts';
import { type Carry, measureLoad } from './measure-load.ts';
import { climb, type Ramp, type Step } from './ramp.ts';
import { RAMPS } from './ramps.ts';
import { stepLine, tableLines } from './report.ts';

const POSTGRES = 18;

const { values: given } = parseArgs({
  options: {
    /** A part of a ramp's name; may be given more than once. */
    only: { type: 'string', multiple: true, default: [''] },
    /** For how long each load is carried. */
    seconds: { type: 'string', default: '10' },
    /** A version or a path, for the sidecar. */
    node: { type: 'string' },
    json: { type: 'string' },
  },
});

async function choose(): Promise<Ramp[]> {
  const unknown = given.only.find((part) => !RAMPS.some(({ name }) => name.includes(part)));
  if (unknown !== undefined)
    throw new Error(
      `No ramp's name contains '${unknown}'. There are: ${RAMPS.map(({ name }) => name).join('; ')}.`,
    );
  return RAMPS.filter(({ name }) => given.only.some((part) => name.includes(part)));
}

async function readCarry(): Promise<Carry> {
  const seconds = Number(given.seconds);
  if (!(seconds >= 1))
    throw new Error(`'${given.seconds}' is no number of seconds. Give --seconds 1 or more.`);
  return { seconds, node: given.node === undefined ? process.execPath : await findNode(given.node) };
}

async function run(ramp: Ramp, carry: Carry): Promise<Step[]> {
  process.stderr.write(`${ramp.name}\n`);
  // A database takes six connections of the sidecar, and one of the writer.
  const postgres = await startPostgres(POSTGRES, { fsync: 'off', max_connections: '1200' });
  try {
    const told = (step: Step) => void process.stderr.write(`  ${stepLine(step)}\n`);
    return await climb(ramp, (load) => measureLoad(postgres, load, carry), told);
  } finally {
    await postgres.stop();
  }
}

// Ends what was started: every process registers its end there, and there are more than the ten of which Node would warn.
process.setMaxListeners(0);
process.once('SIGINT', () => process.exit(130));

const [chosen, carry] = await Promise.all([choose(), readCarry()]).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
const machine = await describeMachine(carry.node);
const ramps: { name: string; steps: Step[] }[] = [];
for (const ramp of chosen) ramps.push({ name: ramp.name, steps: await run(ramp, carry) });
const measured = { ...machine, loadAtEnd: load() };
if (given.json !== undefined)
  await writeFile(given.json, `${JSON.stringify({ machine: measured, ramps }, null, 2)}\n`);

const UNLIKE = `
Each load is carried for ${carry.seconds} s by a sidecar that is new, over one PostgreSQL ${POSTGRES}, and doubles until something is full; a message
that comes twice ends the run, and one that has not come a minute later is a limit. "Carried" is the largest load with which nothing was full, and the four columns behind it
were read then; "limit" is the next one, and what was full there. The pages and the writer share the cores with the sidecar and
PostgreSQL: where all cores are in use first, a machine with more of them goes further. "Extrapolated" was not measured: the load at
which the sidecar's core would be full if its work went on growing as between the two largest loads carried.`;
process.stdout.write(`${[...tableLines(ramps), '', ...machineLines(measured), UNLIKE].join('\n')}\n`);
