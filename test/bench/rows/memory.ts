import { atMost, ourMost } from '../aim.ts';
import { compare } from '../comparison.ts';
import type { Benchmark } from '../run.ts';
import { openFilesLimit } from '../servers/open-files.ts';
import { readMemory } from '../servers/server.ts';
import type { Target } from '../servers/target.ts';

/** Pages that come and go first, so that what a server needs once is not counted as theirs. */
const WARM_UP_SOCKETS = 200;
const WARM_UPS = 5;
/** What a server opens beside its sockets, and more. */
const OTHER_FILES = 200;

/** @returns by how many kilobytes the server's memory grew for each page that listens */
async function measure(target: Target, sockets: number): Promise<number> {
  for (let turn = 0; turn < WARM_UPS; turn += 1) await target.comeAndGo(WARM_UP_SOCKETS);
  const before = await readMemory(target.server);
  await target.connect();
  return ((await readMemory(target.server)) - before) / sockets;
}

/** What does a page cost that is proved and waits for messages? The baseline's are connected and no more. */
function memory(wanted: number, aims = [atMost(1)]): Benchmark {
  // Where the server may open fewer files than that, as many as it may.
  const sockets = Math.min(wanted, openFilesLimit() - OTHER_FILES);
  const fewer = sockets < wanted ? ` (${sockets.toLocaleString('en')}: the limit of open files)` : '';
  return compare({
    name: `memory a socket at ${wanted.toLocaleString('en')}${fewer}`,
    ...{ unit: 'kB', aims },
    ...{ sockets, channel: 'bench_one', baseline: 'plain', fresh: true },
    warmUp: `in each round ${WARM_UP_SOCKETS} pages come and go ${WARM_UPS} times`,
    measure: (target) => measure(target, sockets),
  });
}

export const MEMORY = [
  memory(1_000),
  memory(5_000),
  memory(10_000),
  memory(20_000, [atMost(1), ourMost(12)]),
];
