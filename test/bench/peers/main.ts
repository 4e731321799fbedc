import { writeFile } from 'node:fs/promises';
import { choose } from '../benchmarks.ts';
import { describeMachine, load, machineLines } from '../machine.ts';
import { findNode } from '../node-program.ts';
import { readOptions } from '../options.ts';
import type { Row } from '../row.ts';
import { tableLines } from '../table.ts';
import { COMMIT_RATES } from './rows/commit-rates.ts';
import { CONNECTIONS } from './rows/connections.ts';
import { DELIVERIES } from './rows/deliveries.ts';
import { MEMORY } from './rows/memory.ts';

const BENCHMARKS = [...DELIVERIES, ...MEMORY, CONNECTIONS, ...COMMIT_RATES];

const UNLIKE = `
One PostgreSQL 18, a database and a process for each server, new in each round; the same bare WebSockets for both, in two other
processes, which speak the protocols in JSON and do no more. Every message is checked: one that is lost or comes twice ends the
run. Centrifugo 6.9.1 is built by Go and configured as its documentation advises, with NOTIFY unless a row says otherwise. What is
unlike:
- The sidecar keeps a message in PostgreSQL, for pages that come back hours after a restart. Centrifugo deletes it from the outbox
  when it has published it, and has the last 100 of a channel in its own memory, which are gone after a restart. Its broker keeps
  them in PostgreSQL; the documentation calls it experimental.
- The sidecar's pages acknowledge each message; what nobody acknowledged is known. Centrifugo's do not.
- The sidecar looks up each token in PostgreSQL, and a session that ends in Odoo ends there. Centrifugo verifies a signature, which
  is good until it expires.
- Centrifugo's trigger sends NOTIFY in every transaction, the sidecar's only while the sidecar waits for it.
- Centrifugo uses all cores, the sidecar one. Memory is what is resident after each has been made to collect its garbage: Centrifugo
  collects its own less often when it is left alone.
`;

const print = (lines: readonly string[]) => void process.stdout.write(`${lines.join('\n')}\n`);

async function plan() {
  const options = readOptions(process.argv.slice(2));
  const chosen = choose(BENCHMARKS, options.only, 'bench:peers');
  const node = options.node === undefined || options.list ? process.execPath : await findNode(options.node);
  return { options, chosen, node };
}

// Ends what was started: every process registers its end there, and there are more than the ten of which Node would warn.
process.setMaxListeners(0);
process.once('SIGINT', () => process.exit(130));

const { options, chosen, node } = await plan().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
if (options.list) {
  print(chosen.flatMap(({ name, warmUp }) => [name, `  warm-up: ${warmUp}`]));
} else {
  const machine = await describeMachine(node);
  const rows: Row[] = [];
  for (const { figures, measure } of chosen) {
    const progress = (text: string) => void process.stderr.write(`${figures[0]?.name}: ${text}\n`);
    rows.push(...(await measure({ rounds: options.rounds, node, progress })));
  }
  const measured = { ...machine, loadAtEnd: load() };
  if (options.json !== undefined)
    await writeFile(options.json, `${JSON.stringify({ machine: measured, rows }, null, 2)}\n`);
  print([...tableLines(rows, ['sidecar', 'Centrifugo']), '', ...machineLines(measured), UNLIKE]);
}
