import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { compareServers } from './bus-benchmark.ts';
import { HEADINGS, toCells } from './bus-row.ts';
import { CONNECTIONS } from './rows/connections.ts';
import { DELIVERIES } from './rows/deliveries.ts';
import { MEMORY } from './rows/memory.ts';
import { STORM } from './rows/storms.ts';
import { BusSidecar } from './servers/bus-sidecar.ts';
import { EventedWorker } from './servers/evented-worker.ts';
import { HTTP_WORKERS } from './servers/odoo-folder.ts';
import { openStage } from './servers/stage.ts';

const BENCHMARKS = [CONNECTIONS, STORM, DELIVERIES, MEMORY];

const { values: given } = parseArgs({
  options: {
    /** A part of a row's name; may be given more than once. */
    only: { type: 'string', multiple: true, default: [''] },
    rounds: { type: 'string', default: '3' },
    /** `evented` or `sidecar`: the other one is not measured. */
    server: { type: 'string' },
    /** What is installed in Odoo. */
    modules: { type: 'string', default: 'web_socketio_bus' },
    /** More arguments for the sidecar's Node, with a blank between, such as `--node="--cpu-prof --cpu-prof-dir=/tmp"`. */
    node: { type: 'string', default: '' },
    json: { type: 'string' },
  },
});

// Ends what was started: every process registers its end there, and there are more than the ten of which Node would warn.
process.setMaxListeners(0);
process.once('SIGINT', () => process.exit(130));

const isChosen = ({ name }: { name: string }) => given.only.some((part) => name.includes(part));
const chosen = BENCHMARKS.filter(({ rows }) => rows.some(isChosen));
if (chosen.length === 0) {
  const names = BENCHMARKS.flatMap(({ rows }) => rows.map(({ name }) => name)).join('; ');
  throw new Error(`No row's name contains '${given.only}'. There are: ${names}.`);
}
const rounds = Number(given.rounds);
if (!Number.isInteger(rounds) || rounds < 1)
  throw new Error(`'${given.rounds}' is no number of rounds. Give one from 1.`);

const progress = (text: string) => void process.stderr.write(`${text}\n`);
progress('Odoo is installed into a new database');
const stage = await openStage(given.modules.split(','));
const lines: string[][] = [];
try {
  const nodeArgs = given.node.split(' ').filter(Boolean);
  const servers = {
    evented: given.server === 'sidecar' ? null : new EventedWorker(stage.odoo),
    sidecar: given.server === 'evented' ? null : new BusSidecar(stage.folder, stage.odoo, nodeArgs),
  };
  for (const benchmark of chosen) {
    const figures = await compareServers(benchmark, stage, servers, rounds, progress);
    for (const [index, row] of benchmark.rows.entries()) {
      const mine = figures[index];
      if (mine !== undefined) lines.push(toCells(row, mine));
    }
  }
} finally {
  await stage.close();
}
if (given.json !== undefined)
  await writeFile(given.json, `${JSON.stringify([HEADINGS, ...lines], null, 2)}\n`);

const table = [HEADINGS, ...lines];
const widths = HEADINGS.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
for (const line of table) {
  const cells = line.map((cell, column) => cell.padEnd(widths[column] ?? 0));
  process.stdout.write(`${cells.join('  ').trimEnd()}\n`);
}

process.stdout.write(`
One Odoo 19.0 with '${given.modules}', one database, the same 1,000 sessions of 100 users, the same settings. What is unlike:
- The evented worker looks at a session itself. The sidecar asks Odoo's ${HTTP_WORKERS} HTTP workers: their processor time counts as
  the sidecar's, their connections to PostgreSQL do not, since they have them anyway.
- Each is restarted before each round and each storm. The evented worker has loaded the database when it begins; while the
  sidecar is measured it runs, without a browser. While the evented worker is measured, no sidecar runs.
- The writer's transactions pay for the trigger and the column of web_socketio_bus, whoever is measured.
- Memory is that of the evented worker's process and of the sidecar's, as far as it is resident. The sidecar collects its
  garbage before it is read, and Python does so as it goes.
`);
