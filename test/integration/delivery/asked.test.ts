import { setTimeout as wait } from 'node:timers/promises';
import type { Socket } from 'socket.io-client';
import { expect, it } from 'vitest';
import { AskedAdapter } from '../../../sidecar/src/api/adapter.ts';
import type { Message } from '../../../sidecar/src/api/message.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { TestSidecar } from '../../support/sidecar/test-sidecar.ts';

/** How long an answer takes, in milliseconds; never, if it is infinite. By what `listen` was given. */
let delay: (args: readonly unknown[]) => number = () => 0;

/** Chooses as a worker would that answers late, and in another order than it was asked. */
class Late extends AskedAdapter {
  override async ask(messages: readonly Message[], args: readonly unknown[]): Promise<readonly Message[]> {
    const ms = delay(args);
    if (ms === Number.POSITIVE_INFINITY) return new Promise(() => undefined);
    await wait(ms);
    const most = Number(args[1] ?? messages.length);
    return messages.filter(({ values }) => (values['to'] ?? args[0]) === args[0]).slice(0, most);
  }

  override format(message: Message): unknown {
    return message.values['number'];
  }
}
// Server modules cannot import it: they are given theirs by the link of a worker.
Reflect.set(globalThis, 'LateAdapter', Late);

const MODULE = `
import { OpenERPNameSpace, SocketIO } from 'web_socketio';
class Each extends globalThis.LateAdapter { static channel = 'each'; static mode = 'each'; }
class Queue extends globalThis.LateAdapter { static channel = 'queue'; }
class Mine extends OpenERPNameSpace {
  on_each(to) {
    this.spawn('each', 'web_socketio_demo', async () => {
      for (;;) await this.secureEmit(Each, 'got', await this.listen(Each, to));
    });
  }
  on_queue(to, most) {
    this.spawn('queue', 'web_socketio_demo', async () => {
      for (;;) await this.secureEmit(Queue, 'got', await this.listen(Queue, to, most));
    });
  }
}
SocketIO.addNamespace('/mine', Mine);
`;

function collect(socket: Socket): number[] {
  const got: number[] = [];
  socket.on('got', (numbers: number[], acknowledge: (answer: object) => void) => {
    got.push(...numbers);
    acknowledge({ ok: true });
  });
  return got;
}

async function start() {
  const database = await TestDatabase.create();
  const open = () => TestSidecar.start(database, { web_socketio_demo: MODULE });
  const connect = async (sidecar: TestSidecar, ...event: [string, ...unknown[]]) => {
    const socket = await sidecar.connect('/mine', database.name, await database.addToken({ uid: 2 }));
    const got = collect(socket);
    await socket.emitWithAck(...event);
    return { socket, got };
  };
  const send = async (channel: string, from: number, to: number) => {
    for (let number = from; number <= to; number += 20) {
      await database.query(
        `INSERT INTO web_socketio_message (channel, "values")
         SELECT $1, json_build_object('number', n) FROM generate_series($2::int, least($2 + 19, $3::int)) AS n`,
        [channel, number, to],
      );
    }
  };
  return { database, open, connect, send };
}

const numbers = (to: number) => Array.from({ length: to }, (_, index) => index + 1);

it('gives every page each message once and in order, however late its adapter answers', async () => {
  const { open, connect, send } = await start();
  delay = ([to]) => (Number(to) === 0 ? Number.POSITIVE_INFINITY : Math.random() * 10 * Number(to));
  const sidecar = await open();
  const pages = [];
  for (const to of [0, 1, 2, 3]) pages.push(await connect(sidecar, 'each', to));
  await send('each', 1, 300);
  for (const { got } of pages.slice(1)) await expect.poll(() => got.length).toBeGreaterThanOrEqual(300);
  expect(pages.map(({ got }) => got)).toEqual([[], numbers(300), numbers(300), numbers(300)]);
});

it('gives each message of a queue to one listener over two sidecars, while pages leave as they are asked', async () => {
  const { database, open, connect, send } = await start();
  delay = ([to]) => (Number(to) === 0 ? Number.POSITIVE_INFINITY : Math.random() * 10);
  const sidecars = [await open(), await open()];
  const pages: Awaited<ReturnType<typeof connect>>[] = [];
  const left: number[][] = [];
  for (const sidecar of [...sidecars, ...sidecars, ...sidecars])
    pages.push(await connect(sidecar, 'queue', 1, 2));
  pages.push(await connect(sidecars[0] ?? (await open()), 'queue', 0));
  const sending = send('queue', 1, 400);
  for (let count = 0; count < 5; count += 1) {
    await expect.poll(() => pages.flatMap(({ got }) => got).length).toBeGreaterThan(count * 40);
    const page = pages.shift();
    page?.socket.disconnect();
    left.push(page?.got ?? []);
    pages.push(await connect(sidecars[count % 2] ?? (await open()), 'queue', 1, 3));
  }
  await sending;
  await expect
    .poll(() => database.query(`SELECT id FROM web_socketio_message WHERE channel = 'queue'`))
    .toEqual([]);
  const all = [...left, ...pages.map(({ got }) => got)].flat();
  expect([...new Set(all)].toSorted((one, other) => one - other)).toEqual(numbers(400));
  // What a page that left had got and not confirmed yet comes once more.
  expect(all.length - 400).toBeLessThanOrEqual(5 * 3);
});
