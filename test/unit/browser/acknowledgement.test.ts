import type { Socket } from 'socket.io';
import { expect, it, onTestFinished, vi } from 'vitest';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { nextReconnect, openPage, type TestPage } from '../../support/browser/browser-page.ts';
import { nextEvent, nextSocket, startServer } from '../../support/browser/browser-server.ts';

async function connect(): Promise<TestPage & { client: SocketIO; remote: Socket; next(): Promise<Socket> }> {
  const server = await startServer();
  const namespace = server.io.of('/longpolling');
  const opened = openPage(server.url);
  const arrival = nextSocket(namespace);
  const client = new SocketIO('/longpolling', opened.page);
  return { ...opened, client, remote: await arrival, next: () => nextSocket(namespace) };
}

const position = (rank: string) => ({ epoch: '1:2:3', at: `at ${rank}`, rank, ids: ['1', '2'] });

it('A handler that returns acknowledges its event', async () => {
  const { client, remote } = await connect();
  const heard: unknown[] = [];
  client.on('news', (text: string, count: number) => heard.push([text, count]));
  expect(await remote.emitWithAck('news', 'hello', 2)).toEqual({ ok: true });
  expect(heard).toEqual([['hello', 2]]);
});

it('A handler that rejects refuses the event, and the others still run', async () => {
  const { client, remote, reported } = await connect();
  const heard: string[] = [];
  client.on('news', () => Promise.reject(new Error('no room')));
  client.on('news', (text: string) => heard.push(text));
  const answer = await remote.emitWithAck('news', 'hello');
  expect(answer).toEqual({ ok: false, code: 'handler_failed', message: 'no room' });
  expect(heard).toEqual(['hello']);
  expect(reported).toEqual([new Error('no room')]);
});

it('The acknowledgement waits for the handler’s promise', async () => {
  const { client, remote } = await connect();
  let finish = (): void => undefined;
  const started = new Promise<void>((resolve) => {
    client.on('news', () => {
      resolve();
      return new Promise<void>((done) => {
        finish = done;
      });
    });
  });
  let answered = false;
  const answer = remote.emitWithAck('news').then(() => {
    answered = true;
  });
  await started;
  expect(answered).toBe(false);
  finish();
  await answer;
});

it('An event without handler is refused with no_handler, once its handler is gone as well', async () => {
  const { client, remote } = await connect();
  expect(await remote.emitWithAck('news')).toEqual({ ok: false, code: 'no_handler' });
  const handler = () => undefined;
  client.once('news', handler).on('other', handler);
  expect(await remote.emitWithAck('news')).toEqual({ ok: true });
  expect(await remote.emitWithAck('news')).toEqual({ ok: false, code: 'no_handler' });
  client.off('other', handler);
  expect(await remote.emitWithAck('other')).toEqual({ ok: false, code: 'no_handler' });
});

it('The failure of an event stands in the console if none of the page’s objects hears of it', async () => {
  const { client, remote, reported } = await connect();
  const failure = { event: 'opne', code: 'no_such_method', message: 'No.' };
  await remote.emitWithAck('web_socketio.error', failure);
  const line = new Error("/longpolling: 'opne' failed: no_such_method No.");
  expect(reported).toEqual([line]);
  const heard: unknown[] = [];
  client.on('web_socketio.error', (told: unknown) => heard.push(told));
  await remote.emitWithAck('web_socketio.error', failure);
  expect(heard).toEqual([failure]);
  expect(reported).toEqual([line]);
});

it('The page sends events, before it is connected as well, and gets their acknowledgement', async () => {
  const { io, url } = await startServer();
  io.of('/n').on('connection', (socket) => socket.on('add', (a: number, b: number, ack) => ack(a + b)));
  const client = new SocketIO('/n', openPage(url).page);
  expect(await new Promise((resolve) => client.emit('add', 1, 2, resolve))).toBe(3);
  expect(client.connected).toBe(true);
});

it('What belongs to a connection that is over is not acknowledged on the next one, where its number is another event’s', async () => {
  const { client, remote, next } = await connect();
  const ends: (() => void)[] = [];
  client.on('news', () => new Promise<void>((resolve) => ends.push(resolve)));
  remote.emit('news', () => undefined);
  await expect.poll(() => ends.length).toBe(1);
  const [again, back] = [next(), nextReconnect(client)];
  remote.conn.close();
  const returned = await again;
  await back;
  const packets: unknown[] = [];
  returned.conn.on('packet', ({ data }: { data: unknown }) => packets.push(data));
  ends[0]?.();
  const marked = nextEvent(returned, 'marked');
  // Promises of the handler's answer come before it.
  setImmediate(() => client.emit('marked'));
  await marked;
  expect(packets.filter((data) => typeof data === 'string' && data.startsWith('3'))).toEqual([]);
});

it('A message that comes again over the next connection is handled once, and a handler that takes long is named', async () => {
  const { client, remote, next, reported } = await connect();
  const ends: (() => void)[] = [];
  client.on('news', () => new Promise<void>((resolve) => ends.push(resolve)));
  const parcel = { $parcel: { key: '/longpolling a.News', epoch: '1:2:3', ids: ['7'] } };
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  remote.emit('news', 'hello', parcel, () => undefined);
  await vi.waitFor(() => expect(ends).toHaveLength(1));
  vi.advanceTimersByTime(30_000);
  expect(reported).toEqual([]);
  vi.advanceTimersByTime(1_000);
  expect(reported).toEqual([new Error("/longpolling: a handler of 'news' has worked for 30 s.")]);
  vi.useRealTimers();
  const again = next();
  remote.conn.close();
  const answer = (await again).emitWithAck('news', 'hello', parcel);
  ends[0]?.();
  expect(await answer).toEqual({ ok: true });
  expect(ends).toHaveLength(1);
});

it('A position is kept when its handler has succeeded, and told at the next handshake', async () => {
  const { client, remote, next } = await connect();
  expect(remote.handshake.auth).toEqual({ db: 'mydb', token: 'token 1', positions: {}, parcels: true });
  const heard: unknown[][] = [];
  client.on('good', (...args: unknown[]) => heard.push(args));
  client.on('bad', () => Promise.reject(new Error('no')));
  await remote.emitWithAck('good', 'text', { $position: { 'a.Good': position('a') } });
  await remote.emitWithAck('bad', { $position: { 'a.Bad': position('b') } });
  await remote.emitWithAck('web_socketio.position', { 'a.Quiet': position('c'), 'a.Broken': { ids: 1 } });
  expect(heard).toEqual([['text']]);
  const again = next();
  remote.conn.close();
  const { handshake } = await again;
  expect(handshake.auth['positions']).toEqual({ 'a.Good': position('a'), 'a.Quiet': position('c') });
});

it('Positions are kept together, in whatever order their handlers end', async () => {
  const { client, remote, next } = await connect();
  let finish = (): void => undefined;
  client.on('slow', () => new Promise<void>((resolve) => (finish = resolve)));
  client.on('fast', () => undefined);
  const early = { epoch: '1:2:3', at: 'here', rank: 'b', ids: ['7'] };
  const late = { epoch: '1:2:3', at: 'there', rank: 'a', ids: ['8'] };
  const slow = remote.emitWithAck('slow', { $position: { 'a.A': early } });
  await remote.emitWithAck('fast', { $position: { 'a.A': late } });
  finish();
  await slow;
  const elsewhere = { epoch: '4:5:6', at: 'elsewhere', rank: 'a', ids: [] };
  await remote.emitWithAck('fast', { $position: { 'a.B': early } });
  await remote.emitWithAck('fast', { $position: { 'a.B': elsewhere } });
  const again = next();
  remote.conn.close();
  expect((await again).handshake.auth['positions']).toEqual({
    'a.A': { epoch: '1:2:3', at: 'here', rank: 'b', ids: ['8', '7'] },
    'a.B': elsewhere,
  });
});

it('A page that was never told where it is says so when it comes back', async () => {
  const { remote, next } = await connect();
  const again = next();
  remote.conn.close();
  expect((await again).handshake.auth['positions']).toEqual({
    '*': { epoch: '', at: '', rank: '', ids: [] },
  });
});

it('Handlers stay registered over reconnects, and resync is an event like any other', async () => {
  const { client, remote, next } = await connect();
  client.on('resync', () => client.emit('seen'));
  const [again, back] = [next(), nextReconnect(client)];
  remote.conn.close();
  const returned = await again;
  await back;
  const seen = nextEvent(returned, 'seen');
  expect(await returned.emitWithAck('resync')).toEqual({ ok: true });
  await seen;
});
