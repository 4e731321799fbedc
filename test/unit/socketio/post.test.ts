import type { Socket } from 'socket.io';
import { type Socket as ClientSocket, io } from 'socket.io-client';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { AnswerWay } from '../../../sidecar/protocol/answer.ts';
import { JsonText } from '../../../sidecar/src/lib/json-text.ts';
import type { Acknowledgement } from '../../../sidecar/src/socketio/sending/acknowledgement.ts';
import { Outbox } from '../../../sidecar/src/socketio/sending/outbox.ts';
import { Post } from '../../../sidecar/src/socketio/sending/post.ts';
import { nextSocket, startServer } from '../../support/browser/browser-server.ts';
import { TcpProxy } from '../../support/network/tcp-proxy.ts';

vi.mock('../../../sidecar/src/socketio/sending/answer-time.ts', () => ({ ANSWER_MS: 50 }));

/** A busy machine may take its time. */
const SCRIPT: AnswerWay = { answers: 'acknowledgement', parcels: false };
const PAGE: AnswerWay = { answers: 'acknowledgement', parcels: true };
const EVENT: AnswerWay = { answers: 'event', parcels: false };
const POSITION = { $position: { 'a.News': { epoch: 'e', at: '1:1:', rank: 'a1', ids: [] } } };
const PARCEL = { key: '/n a.News', epoch: 'e', ids: ['7'], position: new JsonText(JSON.stringify(POSITION)) };
const PLAIN = { key: '/n a.News', epoch: 'e', ids: ['7'] };

interface Link {
  readonly client: ClientSocket;
  readonly remote: Socket;
  readonly proxy: TcpProxy;
}

/** A server whose heartbeat is quick and patient, and a client of it behind a wire. */
async function connect(): Promise<Link> {
  const { io: server, url } = await startServer({ pingInterval: 30, pingTimeout: 60_000 });
  const proxy = await TcpProxy.start(Number(new URL(url).port));
  const arrival = nextSocket(server.of('/n'));
  const client = io(`${proxy.url}/n`, { forceNew: true, reconnection: false, transports: ['websocket'] });
  onTestFinished(() => void client.disconnect());
  return { client, remote: await arrival, proxy };
}

/** Sends one event, and lists what its sender is told. */
function send(remote: Socket, way: AnswerWay, parcel: typeof PARCEL | null = PARCEL) {
  const post = new Post(remote, way);
  const told: (Acknowledgement | 'waiting')[] = [];
  const letter = post.send('news', ['text'], parcel, {
    answered: (answer) => told.push(answer),
    waiting: () => told.push('waiting'),
  });
  return { post, told, callOff: () => letter.callOff() };
}

const failed = { ok: false, code: 'no_acknowledgement', done: new Set() };

it('A client that has an event and does not answer has failed', async () => {
  const { client, remote } = await connect();
  const heard: unknown[][] = [];
  client.on('news', (...args) => heard.push(args.slice(0, -1)));
  const { told } = send(remote, SCRIPT);
  await expect.poll(() => told).toEqual([failed]);
  expect(heard).toEqual([['text', POSITION]]);
  // Nothing is kept of it.
  expect(Reflect.get(remote, 'acks').size).toBe(0);
});

it('A client that is stopped has not failed; when it goes on, it has its time', async () => {
  const [asleep, awake] = [await connect(), await connect()];
  for (const link of asleep.proxy.links) link.sleep();
  const sleeper = send(asleep.remote, SCRIPT);
  // As long as three others have failed, one after the other.
  for (let turn = 0; turn < 3; turn += 1) {
    const other = send(awake.remote, SCRIPT);
    await expect.poll(() => other.told).toEqual([failed]);
  }
  expect(sleeper.told).toEqual([]);
  asleep.client.on('news', (...args) => args.at(-1)({ ok: true }));
  for (const link of asleep.proxy.links) link.wake();
  await expect.poll(() => sleeper.told).toEqual([{ ok: true, code: null, done: new Set() }]);
});

it('A page for which an event still waits here is not said to keep its answer back', async () => {
  const { remote, proxy } = await connect();
  new Outbox(remote.conn, {
    ...{ grows: () => undefined, moved: () => undefined, sends: () => undefined },
  });
  for (const link of proxy.links) link.sleep();
  const first = send(remote, PAGE);
  remote.emit('much', 'x'.repeat(100_000));
  const second = send(remote, PAGE);
  await expect.poll(() => first.told).toEqual(['waiting']);
  // As long as it would take.
  for (let turn = 0; turn < 3; turn += 1) {
    const other = send((await connect()).remote, PAGE);
    await expect.poll(() => other.told).toEqual(['waiting']);
  }
  expect(second.told).toEqual([]);
  for (const link of proxy.links) link.wake();
  await expect.poll(() => second.told).toEqual(['waiting']);
});

it('A page is waited for, and answers when it can', async () => {
  const { client, remote } = await connect();
  const acknowledged = new Promise<(answer: object) => void>((resolve) => {
    client.on('news', (...args) => {
      expect(args.slice(0, -1)).toEqual(['text', { $parcel: PLAIN, ...POSITION }]);
      resolve(args.at(-1));
    });
  });
  const { told } = send(remote, PAGE);
  await expect.poll(() => told).toEqual(['waiting']);
  (await acknowledged)({ ok: false, code: 'partly_done', done: ['7'] });
  await expect.poll(() => told.at(1)).toEqual({ ok: false, code: 'partly_done', done: new Set(['7']) });
});

it('A client that cannot acknowledge answers by an event, and only what was asked', async () => {
  const { client, remote } = await connect();
  const { post, told } = send(remote, EVENT);
  remote.on('web_socketio.answer', (id, answer) => post.receive(id, answer));
  const args = await new Promise<unknown[]>((resolve) => client.on('news', (...given) => resolve(given)));
  expect(args).toEqual(['text', { $parcel: { id: 1, ...PLAIN }, ...POSITION }]);
  for (const id of [2, '1', null, { id: 1 }]) client.emit('web_socketio.answer', id, { ok: true });
  for (const ok of [false, true]) client.emit('web_socketio.answer', 1, { ok, code: 'no_paper' });
  await expect.poll(() => told).toEqual([{ ok: false, code: 'no_paper', done: new Set() }]);
  expect(post.receive(1, { ok: true })).toBe(false);
});

it('An event without messages has a parcel for those who need its id to answer, and for nobody else', async () => {
  for (const [way, rest] of [
    [PAGE, []],
    [SCRIPT, []],
    [EVENT, [{ $parcel: { id: 1, key: '', epoch: '', ids: [] } }]],
  ] as const) {
    const { client, remote } = await connect();
    const heard = new Promise<unknown[]>((resolve) => client.on('news', (...args) => resolve(args)));
    const { callOff } = send(remote, way, null);
    expect((await heard).filter((arg) => typeof arg !== 'function')).toEqual(['text', ...rest]);
    callOff();
  }
});

it('What was called off is answered to nobody', async () => {
  const { client, remote } = await connect();
  const answered = new Promise<void>((resolve) => {
    client.on('news', (_text, _position, acknowledge) => {
      acknowledge({ ok: true });
      resolve();
    });
  });
  const { told, callOff } = send(remote, SCRIPT);
  callOff();
  await answered;
  const after = send(remote, SCRIPT);
  await expect.poll(() => after.told.length).toBe(1);
  expect(told).toEqual([]);
});
