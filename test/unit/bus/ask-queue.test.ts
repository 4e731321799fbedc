import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { SidecarError } from '../../../sidecar/src/api/sidecar-error.ts';
import { AskQueue, type Question, type Questioner } from '../../../sidecar/src/bus/ask-queue.ts';
import type { BusAnswer, BusReply } from '../../../sidecar/src/bus/bus-ask.ts';
import { USUAL_FACTS } from '../../../sidecar/src/bus/bus-facts.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Request {
  readonly origin: string | null;
  readonly names: readonly string[];
}

const question = (name: string, bytes = 100): Question => ({
  ask: {
    kind: 'event',
    event_name: name,
    data: null,
    cookie: '',
    headers: {},
    first: true,
    uid: null,
    session: false,
  },
  bytes,
});
const nameOf = ({ ask }: Question) => ('event_name' in ask ? ask.event_name : '');

/** A socket that asks what it is told to. */
class Socket implements Questioner {
  readonly origin: string | null;
  readonly answers: [string, BusAnswer][] = [];
  readonly lostQuestions: string[] = [];
  waiting: Question[];

  constructor(names: readonly string[], origin: string | null = null) {
    this.origin = origin;
    this.waiting = names.map((name) => question(name));
  }

  take(most: number): readonly Question[] {
    return this.waiting.splice(0, most);
  }

  answered(questions: readonly Question[], answers: readonly BusAnswer[]): void {
    for (const [index, one] of questions.entries()) {
      const answer = answers[index];
      if (answer !== undefined) this.answers.push([nameOf(one), answer]);
    }
  }

  putBack(questions: readonly Question[]): void {
    this.waiting.unshift(...questions);
    queues.get(this)?.add(this);
  }

  lost(questions: readonly Question[]): void {
    this.lostQuestions.push(...questions.map(nameOf));
  }
}

const queues = new WeakMap<Socket, AskQueue>();

/** A queue, and an Odoo that takes a tenth of a second unless `odoo.fails`. */
function start(running = 2) {
  const requests: Request[] = [];
  const odoo = { fails: null as SidecarError | null, running: 0, most: 0 };
  const queue = new AskQueue({
    running,
    ask: async (origin, asks): Promise<BusReply> => {
      requests.push({ origin, names: asks.map((ask) => ('event_name' in ask ? ask.event_name : '')) });
      odoo.running += 1;
      odoo.most = Math.max(odoo.most, odoo.running);
      await new Promise((resolve) => setTimeout(resolve, 100));
      odoo.running -= 1;
      if (odoo.fails !== null) throw odoo.fails;
      return { facts: USUAL_FACTS, answers: asks.map(() => ({ granted: null })) };
    },
    replied: () => undefined,
  });
  onTestFinished(() => queue.stop());
  const add = (...sockets: Socket[]) => {
    for (const socket of sockets) {
      queues.set(socket, queue);
      queue.add(socket);
    }
  };
  return { queue, requests, odoo, add };
}

const sockets = (count: number, origin: string | null = null) =>
  Array.from({ length: count }, (_, index) => new Socket([`${origin} ${index}`], origin));

it('asks for a thousand that come at once with twenty requests, and few at a time', async () => {
  const { requests, odoo, add } = start(3);
  const all = sockets(1_000);
  add(...all);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(requests.map(({ names }) => names.length)).toEqual(Array(20).fill(50));
  expect(odoo.most).toBe(3);
  expect(all.every(({ answers }) => answers.length === 1)).toBe(true);
});

it('answers what one asks in its order, and has it with Odoo only once at a time', async () => {
  const { requests, add } = start(4);
  const socket = new Socket(['one', 'two']);
  add(socket);
  await vi.advanceTimersByTimeAsync(10);
  socket.waiting.push(question('three'));
  add(socket);
  await vi.advanceTimersByTimeAsync(50);
  expect(requests.map(({ names }) => names)).toEqual([['one', 'two']]);
  await vi.advanceTimersByTimeAsync(200);
  expect(requests.map(({ names }) => names)).toEqual([['one', 'two'], ['three']]);
  expect(socket.answers.map(([name]) => name)).toEqual(['one', 'two', 'three']);
});

it('never puts two hosts into one request, and lets nobody who makes them up keep others waiting', async () => {
  const { requests, add } = start(1);
  const made = Array.from(
    { length: 200 },
    (_, index) => new Socket(['made up'], `http://${index}.example.com`),
  );
  const many = sockets(150, 'https://erp.example.com');
  add(...made, ...many);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(requests.filter(({ origin }) => origin === 'https://erp.example.com')).toHaveLength(3);
  expect(requests.every(({ names }) => new Set(names.map((name) => name.split(' ')[0])).size === 1)).toBe(
    true,
  );
});

it('lets nobody wait for all sockets of a host that has many', async () => {
  const { add } = start(1);
  const alone = new Socket(['alone'], 'https://other.example.com');
  add(...sockets(2_000, 'https://erp.example.com'), alone);
  await vi.advanceTimersByTimeAsync(500);
  expect(alone.answers).toHaveLength(1);
});

it('asks again until Odoo is there, nobody else meanwhile, and loses nothing', async () => {
  const { requests, odoo, add } = start();
  odoo.fails = new SidecarError('odoo_unreachable', 'away', { retry: true });
  const all = sockets(120);
  add(...all);
  await vi.advanceTimersByTimeAsync(60_000);
  // The back-off is random: one may be with Odoo just then.
  while (odoo.running > 0) await vi.advanceTimersByTimeAsync(10);
  // Two at once to begin with; after that one every five seconds at the most often.
  expect(requests.length).toBeLessThan(50);
  expect(all.every(({ answers, waiting }) => answers.length === 0 && waiting.length === 1)).toBe(true);
  odoo.fails = null;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(all.map(({ answers }) => answers.length)).toEqual(Array(120).fill(1));
});

it('says so when nobody knows what Odoo did', async () => {
  const { odoo, add } = start();
  odoo.fails = new SidecarError('odoo_timeout', 'late');
  const socket = new Socket(['event']);
  add(socket);
  await vi.advanceTimersByTimeAsync(200);
  expect(socket).toMatchObject({ answers: [], lostQuestions: ['event'], waiting: [] });
});

it('asks about fewer at a time while Odoo takes too long for so many', async () => {
  const { requests, odoo, add } = start(1);
  odoo.fails = new SidecarError('odoo_timeout', 'late');
  add(...sockets(50));
  await vi.advanceTimersByTimeAsync(200);
  odoo.fails = null;
  await vi.advanceTimersByTimeAsync(1_000);
  add(...sockets(100));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(requests.map(({ names }) => names.length)).toEqual([50, 25, 30, 35, 10]);
});

it('tells those under whose host Odoo opens nothing that they belong elsewhere, and goes on with the others', async () => {
  const { requests, odoo, add } = start(1);
  odoo.fails = new SidecarError('host_refused', 'not under that host');
  const socket = new Socket(['event'], 'http://made.up');
  add(socket);
  await vi.advanceTimersByTimeAsync(110);
  expect(socket.answers).toEqual([
    ['event', { refused: { why: 'database', db: null, message: 'not under that host' } }],
  ]);
  add(new Socket(['other']));
  await vi.advanceTimersByTimeAsync(10);
  expect(requests).toHaveLength(2);
});

it('makes no request larger than two megabytes by a second socket', async () => {
  const { requests, add } = start(1);
  const large = ['one', 'two', 'three'].map((name) => {
    const socket = new Socket([]);
    socket.waiting = [question(name, 1_500_000)];
    return socket;
  });
  add(...large);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(requests.map(({ names }) => names)).toEqual([['one', 'two'], ['three']]);
});

it('asks nothing any more once it is stopped', async () => {
  const { queue, requests, add } = start();
  const socket = new Socket(['event']);
  add(socket);
  queue.stop();
  queue.stop();
  add(new Socket(['later']));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(requests).toEqual([]);
});
