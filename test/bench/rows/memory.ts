import { compare } from '../comparison.ts';
import { readMemory } from '../servers/server.ts';
import type { Target } from '../servers/target.ts';

/** Pages that come and go first, so that what a server needs once is not counted as theirs. */
const WARM_UP_SOCKETS = 200;
const WARM_UPS = 5;

/** @returns by how many kilobytes the server's memory grew for each page that listens */
async function measure(target: Target, sockets: number): Promise<number> {
  for (let turn = 0; turn < WARM_UPS; turn += 1) await target.comeAndGo(WARM_UP_SOCKETS);
  const before = await readMemory(target.server);
  await target.connect();
  return ((await readMemory(target.server)) - before) / sockets;
}

/** What does a page cost that is proved and waits for messages? The baseline's are connected and no more. */
function memory(sockets: number) {
  return compare({
    name: `memory a socket at ${sockets.toLocaleString('en')}`,
    unit: 'kB',
    ...{ sockets, channel: 'bench_one', baseline: 'plain', fresh: true },
    measure: (target) => measure(target, sockets),
  });
}

export const MEMORY = [memory(1_000), memory(5_000)];
