import type { Socket } from 'socket.io';
import { expect, it } from 'vitest';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { nextReconnect, openPage, type TestPage } from '../../support/browser/browser-page.ts';
import { startServer } from '../../support/browser/browser-server.ts';

type Heard = [event: string, ...args: unknown[]];

/** A server that notes what arrives, and answers each event with what `answer` returns. */
async function start(answer: (event: string, count: number) => unknown = () => 'done'): Promise<
  TestPage & {
    heard: Heard[];
    handshakes: unknown[];
    cut(): void;
    make(): SocketIO;
  }
> {
  const { io, url } = await startServer();
  const heard: Heard[] = [];
  const handshakes: unknown[] = [];
  let remote: Socket | undefined;
  io.of('/n').on('connection', (socket) => {
    remote = socket;
    handshakes.push(socket.handshake.auth['subscribes']);
    socket.onAny((event: string, ...packet: unknown[]) => {
      const acknowledge = packet.at(-1);
      const args = typeof acknowledge === 'function' ? packet.slice(0, -1) : packet;
      heard.push([event, ...args]);
      const count = heard.filter(([name]) => name === event).length;
      if (typeof acknowledge === 'function') acknowledge(answer(event, count));
    });
  });
  const opened = openPage(url);
  const make = () => new SocketIO('/n', opened.page);
  return { ...opened, heard, handshakes, cut: () => remote?.conn.close(), make };
}

const connected = (socket: SocketIO) => expect.poll(() => socket.connected).toBe(true);

it('What a page subscribes to is sent at once and again at each connection, and then that this was all', async () => {
  const { heard, handshakes, cut, make } = await start();
  const socket = make();
  const answers: unknown[] = [];
  socket.subscribe('open', 7, { lines: true }, (answer: unknown) => answers.push(answer));
  await expect.poll(() => answers).toEqual(['done']);
  const back = nextReconnect(socket);
  cut();
  await back;
  await expect.poll(() => answers).toEqual(['done', 'done']);
  const all = [['open', 7, { lines: true }], ['web_socketio.subscribed']];
  await expect.poll(() => heard).toEqual([...all, ...all]);
  expect(handshakes).toEqual([true, true]);
});

it('Several objects of a page that subscribe to the same share it, and the last one ends it', async () => {
  const { heard, make } = await start();
  const [one, other] = [make(), make()];
  await connected(one);
  const answers: unknown[] = [];
  const stop = one.subscribe('open', 7, () => answers.push('one'));
  await expect.poll(() => answers).toEqual(['one']);
  other.subscribe('open', 7, () => answers.push('other'));
  other.subscribe('open', 8);
  await expect.poll(() => answers).toEqual(['one', 'other']);
  stop();
  stop();
  const asked = new Promise((resolve) => one.emit('asked', resolve));
  await asked;
  expect(heard).toEqual([['open', 7], ['open', 8], ['asked']]);
  other.disconnect();
  await expect
    .poll(() => heard.slice(3))
    .toEqual([
      ['stop event', 'open', [7]],
      ['stop event', 'open', [8]],
    ]);
});

it('What is ended while the page is away is not sent again, and an ended object subscribes to nothing', async () => {
  const { heard, handshakes, cut, make } = await start();
  const socket = make();
  const stop = socket.subscribe('open', 7);
  await expect.poll(() => heard.length).toBe(2);
  const back = nextReconnect(socket);
  socket.on('disconnect', stop);
  cut();
  await back;
  await new Promise((resolve) => socket.emit('asked', resolve));
  expect(heard.slice(2)).toEqual([['asked']]);
  expect(handshakes).toEqual([true, undefined]);
  socket.disconnect();
  socket.subscribe('open', 9)();
});

it('What failed and may succeed later is sent again, and then that this was all', async () => {
  const busy = { ok: false, code: 'odoo_unreachable', message: 'Later.', retry: true };
  const { heard, make } = await start((event, count) => {
    if (event === 'open') return count < 3 ? busy : 'done';
    return { again: count < 3 };
  });
  const socket = make();
  const answers: unknown[] = [];
  const failures: unknown[] = [];
  socket.on('web_socketio.error', (failure: unknown) => failures.push(failure));
  socket.subscribe('open', (answer: unknown) => answers.push(answer));
  await expect.poll(() => answers).toEqual([busy, busy, 'done']);
  await expect.poll(() => heard.length).toBe(6);
  expect(failures).toEqual([]);
});

it('A failure for which nobody takes the answer is told as that of an event', async () => {
  const { reported, make } = await start(() => ({ ok: false, code: 'access_denied', message: 'No.' }));
  const socket = make();
  const failures: unknown[] = [];
  socket.on('web_socketio.error', (failure: unknown) => failures.push(failure));
  socket.subscribe('open', 7);
  await expect.poll(() => failures).toEqual([{ event: 'open', code: 'access_denied', message: 'No.' }]);
  expect(reported).toEqual([]);
});

it('A failure that nobody hears of stands in the console, since a wrong name of an event would be seen nowhere', async () => {
  const { reported, make } = await start(() => ({ ok: false, code: 'no_such_method', message: 'No.' }));
  const socket = make();
  socket.subscribe('opne', 7);
  const line = new Error("/n: 'opne' failed: no_such_method No.");
  await expect.poll(() => reported).toEqual([line]);
  socket.subscribe('opne', 8, () => undefined);
  await new Promise((resolve) => socket.emit('asked', resolve));
  expect(reported).toEqual([line]);
});

it('An object that is made while the namespace is connected hears of that as the first one did', async () => {
  const { make, cut } = await start();
  const heard: string[] = [];
  const first = make();
  first.on('connect', () => heard.push('first'));
  await expect.poll(() => heard).toEqual(['first']);
  const late = make();
  late.on('connect', () => heard.push('late'));
  expect(heard).toEqual(['first']);
  await expect.poll(() => heard).toEqual(['first', 'late']);
  make().disconnect();
  const back = nextReconnect(late);
  cut();
  await back;
  expect(heard).toEqual(['first', 'late', 'first', 'late']);
});
