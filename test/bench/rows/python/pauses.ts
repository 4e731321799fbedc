import { setInterval } from 'node:timers/promises';
import type { Socket } from 'socket.io-client';
import { ourMost } from '../../aim.ts';
import { compare } from '../../comparison.ts';
import { PYTHON } from '../../contest.ts';
import type { Target } from '../../servers/target.ts';

/** As many handlers as the module of the benchmark has for it, each with a channel of its own. */
const HANDLERS = 50;
const PER_SECOND = 300;
const SECONDS = 5;
const TICK_MS = 10;

/** Pages that listen, one by each of the handlers. */
async function openPages(target: Target): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let number = 0; number < HANDLERS; number += 1) {
    const socket = await target.openSpare();
    socket.on('bench', (...args: unknown[]) => {
      const acknowledge = args.at(-1);
      if (typeof acknowledge === 'function') acknowledge({ ok: true });
    });
    socket.emit(`bench_many_${number}`);
    sockets.push(socket);
  }
  return sockets;
}

/** @returns the longest pause of the loop in which the handlers run, in milliseconds */
async function measure(target: Target): Promise<number> {
  const gauge = await target.openSpare('/bench_gauge');
  const sockets = await openPages(target);
  await gauge.emitWithAck('pause');
  let sent = 0;
  for await (const _ of setInterval(TICK_MS)) {
    for (let count = 0; count < (PER_SECOND * TICK_MS) / 1_000; count += 1) {
      await target.commit({}, `bench_many_${sent % HANDLERS}`);
      sent += 1;
    }
    if (sent >= PER_SECOND * SECONDS) break;
  }
  const longest: number = await gauge.emitWithAck('pause');
  for (const socket of [gauge, ...sockets]) socket.disconnect();
  return longest;
}

/** How long does the loop stand still in which fifty handlers get 300 messages a second? */
export const PYTHON_PAUSES = [
  compare(
    {
      ...{ name: 'Python: longest pause of the loop at 300 deliveries/s', unit: 'ms', sockets: 1 },
      ...{ aims: [ourMost(50)], warmUp: 'none' },
      ...{ channel: 'bench_all', baseline: 'plain', measure },
    },
    PYTHON,
  ),
];
