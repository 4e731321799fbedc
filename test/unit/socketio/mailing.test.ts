import type { Socket } from 'socket.io';
import { io } from 'socket.io-client';
import old from 'socket.io-client-2';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { AnswerWay } from '../../../sidecar/protocol/answer.ts';
import { JsonText, keepText } from '../../../sidecar/src/lib/json-text.ts';
import type { Acknowledgement } from '../../../sidecar/src/socketio/sending/acknowledgement.ts';
import { Post } from '../../../sidecar/src/socketio/sending/post.ts';
import { nextSocket, startServer } from '../../support/browser/browser-server.ts';

const PAGE: AnswerWay = { answers: 'acknowledgement', parcels: true };
const OK = { ok: true, code: null, done: new Set() };
const news = keepText({ text: 'é' }, '{"text":"é"}');
const POSITION = new JsonText('{"$position":{"a.News":{"epoch":"e","at":"1:1:","rank":"a1","ids":[]}}}');

interface Page {
  readonly remote: Socket;
  readonly post: Post;
  /** What its handler was given, without the acknowledgement. */
  readonly heard: unknown[][];
  /** Answers the oldest event. */
  answer(): void;
  emit(event: string): void;
}

/** Pages of one server, which answer when they are told to. */
async function connect(count: number, transports = ['websocket']): Promise<Page[]> {
  const { io: server, url } = await startServer({ allowEIO3: true });
  const pages: Page[] = [];
  while (pages.length < count) pages.push(await connectTo(server.of('/n'), `${url}/n`, transports));
  return pages;
}

async function connectTo(nameSpace: Parameters<typeof nextSocket>[0], url: string, transports: string[]) {
  const arrival = nextSocket(nameSpace);
  const client = io(url, { forceNew: true, reconnection: false, transports });
  onTestFinished(() => void client.disconnect());
  const heard: unknown[][] = [];
  const answers: ((answer: object) => void)[] = [];
  client.on('news', (...args) => {
    answers.push(args.pop());
    heard.push(args);
  });
  const remote = await arrival;
  return {
    ...{ remote, post: new Post(remote, PAGE), heard },
    answer: () => answers.shift()?.({ ok: true }),
    emit: (event: string) => void client.emit(event),
  };
}

/** Sends messages to a page, and lists what its sender is told. */
function send({ post }: Page, list: unknown, key = '/n a.News'): Acknowledgement[] {
  const told: Acknowledgement[] = [];
  const parcel = { key, epoch: 'e', ids: ['7'], position: POSITION };
  const answered = (answer: Acknowledgement) => void told.push(answer);
  post.send('news', [list], parcel, { answered, waiting: () => undefined });
  return told;
}

/** The frames that a socket's WebSocket is given from now on. */
function watchFrames({ remote }: Page) {
  const sender = Reflect.get(Reflect.get(remote.conn.transport, 'socket'), '_sender');
  return vi.spyOn(sender, 'sendFrame');
}

const parcelOf = (key: string) => ({
  $parcel: { key, epoch: 'e', ids: ['7'] },
  ...JSON.parse(POSITION.text),
});

it('An event for several pages is encoded once, and each answers for itself', async () => {
  const pages = await connect(2);
  const [one, other] = pages;
  if (one === undefined || other === undefined) throw new Error('Two pages connect.');
  const frames = pages.map(watchFrames);
  const told = pages.map((page) => send(page, [news]));
  await expect.poll(() => pages.map(({ heard }) => heard.length)).toEqual([1, 1]);
  for (const { heard } of pages) expect(heard).toEqual([[[{ text: 'é' }], parcelOf('/n a.News')]]);
  const sent = frames.map((frame) => frame.mock.calls.map(([list]) => list));
  expect(sent.map((lists) => lists.length)).toEqual([1, 1]);
  // The very same bytes, in one piece.
  expect(sent[0]?.[0]).toHaveLength(1);
  expect(sent[0]?.[0]).toBe(sent[1]?.[0]);
  other.answer();
  await expect.poll(() => told).toEqual([[], [OK]]);
  one.answer();
  await expect.poll(() => told).toEqual([[OK], [OK]]);
});

it('Each page is told its own position, and nobody gets what was meant for another', async () => {
  const pages = await connect(3);
  const lists = [[news], [news, { text: 'own' }], [news]];
  for (const [index, page] of pages.entries()) send(page, lists[index], `/n a.News[${index}]`);
  await expect.poll(() => pages.map(({ heard }) => heard.length)).toEqual([1, 1, 1]);
  for (const [index, { heard }] of pages.entries()) {
    expect(heard[0]).toEqual([lists[index], parcelOf(`/n a.News[${index}]`)]);
  }
});

it('The same event twice for one page is answered twice', async () => {
  const [page] = await connect(1);
  if (page === undefined) throw new Error('A page connects.');
  const told = [send(page, [news]), send(page, [news])];
  await expect.poll(() => page.heard.length).toBe(2);
  page.answer();
  await expect.poll(() => told).toEqual([[OK], []]);
  page.answer();
  await expect.poll(() => told).toEqual([[OK], [OK]]);
  // Nothing is kept of it.
  expect(Reflect.get(page.remote, 'acks').size).toBe(0);
});

it('A late answer to an event that was called off is none to the next one', async () => {
  const [page] = await connect(1);
  if (page === undefined) throw new Error('A page connects.');
  const told: string[] = [];
  const sendNews = (name: string) =>
    page.post.send('news', [[news]], null, {
      answered: () => void told.push(name),
      waiting: () => undefined,
    });
  sendNews('first').callOff();
  sendNews('second');
  await expect.poll(() => page.heard.length).toBe(2);
  page.answer();
  // Whatever the page sent before has come.
  const echo = new Promise((resolve) => page.remote.once('echo', resolve));
  page.emit('echo');
  await echo;
  expect(told).toEqual([]);
  page.answer();
  await expect.poll(() => told).toEqual(['second']);
});

it('Where Socket.IO keeps no list of what is awaited, it gives each event its number', async () => {
  const [page] = await connect(1);
  if (page === undefined) throw new Error('A page connects.');
  // As in a version to come: not where it is now, and yet it works.
  const acks: Map<number, unknown> = Reflect.get(page.remote, 'acks');
  Reflect.set(page.remote, 'acks', {
    set: (number: number, acknowledge: unknown) => acks.set(number, acknowledge),
    get: (number: number) => acks.get(number),
    delete: (number: number) => acks.delete(number),
  });
  const told = send(page, [news]);
  await expect.poll(() => page.heard.length).toBe(1);
  page.answer();
  await expect.poll(() => told).toEqual([OK]);
});

it('What a handler changes after it was sent is sent as it is then', async () => {
  const [page] = await connect(1);
  if (page === undefined) throw new Error('A page connects.');
  const list: unknown[] = [news];
  const mutable = { text: 'before' };
  send(page, list);
  list.push('more');
  send(page, list);
  send(page, [mutable]);
  mutable.text = 'after';
  send(page, [mutable]);
  await expect.poll(() => page.heard.length).toBe(4);
  const sent = page.heard.map(([given]) => given);
  expect(sent).toEqual([[news], [news, 'more'], [{ text: 'before' }], [{ text: 'after' }]]);
});

it('Over long-polling, and with a file beside, it is the same event', async () => {
  const [page] = await connect(1, ['polling']);
  if (page === undefined) throw new Error('A page connects.');
  const told = [send(page, [news]), send(page, [news, Buffer.from([1, 2])])];
  await expect.poll(() => page.heard.length).toBe(2);
  expect(page.heard.map(([given]) => given)).toEqual([[news], [news, Buffer.from([1, 2])]]);
  page.answer();
  page.answer();
  await expect.poll(() => told).toEqual([[OK], [OK]]);
});

it('An old client gets it as its version writes texts', async () => {
  const { io: server, url } = await startServer({ allowEIO3: true });
  const arrival = nextSocket(server.of('/n'));
  const client = old(`${url}/n`, { forceNew: true, transports: ['websocket'] });
  onTestFinished(() => void client.close());
  const heard: unknown[][] = [];
  client.on('news', (...args: unknown[]) => void heard.push(args.slice(0, -1)));
  const remote = await arrival;
  // As the sidecar does for its texts: in ASCII.
  remote.conn.on('packetCreate', (packet: { data?: unknown }) => {
    if (typeof packet.data === 'string') packet.data = packet.data.replaceAll('é', '\\u00e9');
  });
  const post = new Post(remote, PAGE);
  post.send('news', [[news]], null, { answered: () => undefined, waiting: () => undefined });
  await expect.poll(() => heard).toEqual([[[{ text: 'é' }]]]);
});

it('An event whose name is kept for Socket.IO is refused', async () => {
  const [page] = await connect(1);
  const nobody = { answered: () => undefined, waiting: () => undefined };
  expect(() => page?.post.send('disconnect', [news], null, nobody)).toThrow(
    '"disconnect" is a reserved event name',
  );
});
