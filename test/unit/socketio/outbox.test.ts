import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeProblem, type Problem } from '../../../sidecar/src/api/problem.ts';
import { StopSignal } from '../../../sidecar/src/lib/stop-signal.ts';
import { Traffic } from '../../../sidecar/src/observability/counts/traffic.ts';
import { ConnectionGuard } from '../../../sidecar/src/socketio/limits/connection-guard.ts';
import { type Connection, Outbox } from '../../../sidecar/src/socketio/sending/outbox.ts';
import { Receipts } from '../../../sidecar/src/socketio/sending/receipts.ts';

const KILO = 1024;
const LIMITS = { messageBytes: 1_000_000, packetsPerSecond: 5_000, queueBytes: 200 * KILO, namespaces: 50 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What Engine.IO is to an outbox: over WebSocket, where the page says by pongs what it has. */
class FakeConnection extends EventEmitter {
  readonly protocol = 4;
  readonly transport = { name: 'websocket' };
  readyState = 'open';
  /** What was given to the transport. */
  readonly given: string[] = [];

  send(data: string): this {
    this.emit('packetCreate', { type: 'message', data });
    this.given.push(data);
    return this;
  }

  write(): this {
    throw new Error('Nothing goes past the outbox.');
  }

  sendPacket(type: string): void {
    this.emit('packetCreate', { type });
    this.given.push(type);
  }

  close(discard?: boolean): void {
    this.given.push(discard === true ? 'cut' : 'closed');
    this.readyState = 'closed';
    this.emit('close', 'forced close');
  }
}

/** A connection as the sidecar has it, with its guard. @returns what is given to the transport from then on, in letters */
function open() {
  const fake = new FakeConnection();
  // Of an Engine.IO connection no more is used than that.
  const connection = Reflect.apply((value: unknown) => value as Connection, null, [fake]);
  const warnings: string[] = [];
  const traffic = new Traffic();
  const warn = (problem: Problem) => void warnings.push(describeProblem(problem));
  const guard = new ConnectionGuard(connection, LIMITS, warn, traffic);
  const outbox = Outbox.of(connection);
  if (outbox === undefined) throw new Error('The connection has no outbox.');
  const write = (letter: string, kilobytes = 32) => connection.write(letter.repeat(kilobytes * KILO));
  const given = () => fake.given.map((text) => (text.length > KILO ? text.slice(0, 1) : text)).join(' ');
  const pong = () => fake.emit('packet', { type: 'pong' });
  return { fake, connection, guard, outbox, write, given, pong, warnings };
}

it('gives a page a portion, and more when it says that it has that', () => {
  const { write, given, pong } = open();
  for (const letter of 'abcdef') write(letter);
  expect(given()).toBe('a ping b');
  vi.advanceTimersByTime(500);
  pong();
  expect(given()).toBe('a ping b c ping');
  // Nothing overtakes what waits.
  write('g', 2);
  expect(given()).toBe('a ping b c ping');
  vi.advanceTimersByTime(500);
  pong();
  pong();
  // That one was asked by nobody.
  pong();
  expect(given()).toBe('a ping b c ping d e ping f g ping');
});

it('gives a quick page more at a time, and a slow one less', () => {
  const { write, given, pong } = open();
  for (let n = 0; n < 20; n += 1) write('x', 16);
  vi.advanceTimersByTime(10);
  pong();
  // 128 KB at a time.
  expect(
    given()
      .split('ping')
      .map((part) => part.trim().length),
  ).toEqual([3, 15, 0]);
  vi.advanceTimersByTime(3_000);
  pong();
  // … and 64 KB again: what was ever given is more than that.
  expect(given().split('ping')).toHaveLength(4);
});

it('is clear when the transport has everything, and who waits for that hears of it, or of a stop', async () => {
  const { outbox, write, pong } = open();
  expect(outbox.isClear).toBe(true);
  for (const letter of 'abc') write(letter);
  expect(outbox.isClear).toBe(false);
  const waits = outbox.untilClear(new StopSignal());
  const stopped = new StopSignal();
  const ends = outbox.untilClear(stopped);
  stopped.stop();
  await expect(ends).rejects.toMatchObject({ name: 'AbortError' });
  pong();
  await waits;
  expect(outbox.isClear).toBe(true);
});

it('gives everything that waits before a connection is closed, and nothing of it when it is cut', () => {
  const closed = open();
  for (const letter of 'abcd') closed.write(letter);
  closed.fake.close();
  expect(closed.given()).toBe('a ping b c d closed');
  const discarded = open();
  for (const letter of 'abcd') discarded.write(letter);
  discarded.fake.close(true);
  expect(discarded.given()).toBe('a ping b cut');
});

it('a burst cuts nobody off who reads; a page is slow that takes nothing for 20 seconds, or is sent far too much', () => {
  const reads = open();
  for (let n = 0; n < 12; n += 1) reads.write('x');
  for (let seconds = 0; seconds < 10; seconds += 1) {
    vi.advanceTimersByTime(15_000);
    reads.pong();
  }
  expect(reads.warnings).toEqual([]);
  const silent = open();
  for (let n = 0; n < 12; n += 1) silent.write('x');
  vi.advanceTimersByTime(21_000);
  expect(silent.warnings).toEqual([expect.stringMatching(/^client_slow: \d+ bytes wait/)]);
  const flooded = open();
  for (let n = 0; n < 40; n += 1) flooded.write('x');
  expect(flooded.warnings).toEqual([expect.stringMatching(/^client_slow: \d+ bytes wait/)]);
});

it('a page is not slow for which little waits any more, however long it takes for one large packet', () => {
  const { outbox, write, pong, warnings } = open();
  write('a', 80);
  write('b', 500);
  write('c', 1);
  pong();
  expect(outbox.waiting).toBeLessThan(2 * KILO);
  vi.advanceTimersByTime(40_000);
  expect(warnings).toEqual([]);
});

it('is overtaken by heartbeats, which say nothing of what waits in it', () => {
  const { fake, connection, write, given, pong } = open();
  for (const letter of 'abc') write(letter);
  const received = vi.fn();
  Receipts.of(connection).await(received);
  fake.sendPacket('ping');
  expect(given()).not.toContain('c');
  pong();
  expect(given()).toContain('c');
  expect(received).not.toHaveBeenCalled();
  for (let heartbeat = 0; heartbeat < 2; heartbeat += 1) {
    fake.sendPacket('ping');
    pong();
  }
  expect(received).toHaveBeenCalled();
});

it('forgets what waits for one namespace, with the binary packets that follow, and keeps what has begun', async () => {
  const { connection, outbox, write, given, pong } = open();
  write('a', 80);
  // Its text is on its way already, as the transport knows.
  connection.write(Buffer.from('the rest'));
  const ours = ['2/mine,["e"]', '3/mine,1[]', '51-/mine,["e",{"_placeholder":true,"num":0}]'];
  for (const text of ours) connection.write(text);
  connection.write(Buffer.from('a file'));
  for (const text of ['2["e","/mine,"]', '2/mine2,["e"]', '0/mine,{}', '41/mine,']) connection.write(text);
  const before = outbox.waiting;
  outbox.discard('/mine');
  expect(outbox.waiting).toBeLessThan(before);
  pong();
  expect(given()).toBe('a ping the rest 2["e","/mine,"] 2/mine2,["e"] 0/mine,{} 41/mine, ping');
  expect(outbox.waiting).toBe(0);
});

it('is clear when all that waited is forgotten', async () => {
  const { connection, outbox, write } = open();
  write('a', 80);
  connection.write('2["e"]');
  const waits = outbox.untilClear(new StopSignal());
  outbox.discard('/');
  await waits;
  expect(outbox.waiting).toBe(0);
});

it('goes on when Engine.IO has sent a ping of its own, behind which nothing was sent', () => {
  const { fake, outbox, write, given, pong } = open();
  write('a', 80);
  for (const letter of 'bcd') write(letter);
  fake.sendPacket('ping');
  expect(given()).toBe('a ping ping');
  vi.advanceTimersByTime(500);
  pong();
  expect(given()).toBe('a ping ping b c');
  pong();
  expect(given()).toBe('a ping ping b c ping');
  vi.advanceTimersByTime(500);
  pong();
  expect(outbox.isClear).toBe(true);
});

it('the answer to a ping says nothing of what was sent after it, also when the next ping is on its way', () => {
  const { connection, write, given, pong } = open();
  write('a', 48);
  write('b', 32);
  const received = vi.fn();
  // Made when a ping is under way already.
  Receipts.of(connection).await(received);
  for (const letter of 'cde') write(letter);
  vi.advanceTimersByTime(500);
  expect(given()).toBe('a ping b');
  pong();
  expect(given()).toBe('a ping b c ping');
  expect(received).not.toHaveBeenCalled();
  vi.advanceTimersByTime(500);
  pong();
  expect(received).toHaveBeenCalled();
});
