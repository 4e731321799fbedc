import pg from 'pg';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { LateAttempt } from '../../../sidecar/src/postgres/connect/attempt.ts';
import { Dialer } from '../../../sidecar/src/postgres/connect/dialer.ts';

/** A server as its clients see it; none of these connections exists. */
class FakeServer {
  /** Attempts that wait to be let in. */
  readonly waiting: { readonly client: pg.Client; admit(): void; refuse(error: Error): void }[] = [];
  state: 'admits' | 'waits' | Error = 'admits';
  dialled = 0;

  readonly dial = async (late: (attempt: LateAttempt) => void): Promise<pg.Client> => {
    this.dialled += 1;
    const client = new pg.Client();
    if (this.state === 'admits') return client;
    if (this.state !== 'waits') throw this.state;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const admitted = new Promise<void>((resolve, reject) => {
      this.waiting.push({ client, admit: resolve, refuse: reject });
    });
    late({ client, admitted });
    throw new Error('not let in');
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open() {
  const server = new FakeServer();
  const dialer = new Dialer('mydb', server.dial);
  const connect = () => dialer.connect().catch((error: unknown) => error);
  return { server, dialer, connect };
}

/** Tries again and again, for so long. */
async function insist({ connect }: ReturnType<typeof open>, ms: number, everyMs = 2_500): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    const attempt = connect();
    await vi.advanceTimersByTimeAsync(everyMs);
    if ((await attempt) instanceof pg.Client) return;
  }
}

it('gives out no more than six, and the next when one of them is closed', async () => {
  const { server, dialer, connect } = open();
  const clients = await Promise.all(Array.from({ length: 6 }, () => dialer.connect()));
  const seventh = connect();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(server.dialled).toBe(6);
  clients[0]?.emit('end');
  expect(await seventh).toBeInstanceOf(pg.Client);
  expect(dialer.count).toBe(6);
  const eighth = connect();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await eighth).toMatchObject({ code: 'postgres_waiting' });
});

it('keeps attempts that wait to be let in, takes the first that is, and leaves the others', async () => {
  const all = open();
  const { server, dialer, connect } = all;
  server.state = 'waits';
  await insist(all, 60_000);
  expect(server.dialled).toBe(3);
  const next = connect();
  server.waiting[1]?.admit();
  expect(await next).toBe(server.waiting[1]?.client);
  expect(dialer.count).toBe(3);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(dialer.count).toBe(1);
  await dialer.stop();
});

it('makes more attempts as time goes by, in case those that wait are lost, and never more than six at a time', async () => {
  const all = open();
  all.server.state = 'waits';
  const counts: number[] = [];
  for (let minute = 0; minute < 60; minute += 1) {
    await insist(all, 60_000, 10_000);
    counts.push(all.server.dialled);
    expect(all.dialer.count).toBeLessThanOrEqual(6);
  }
  expect([counts[4], counts[14], counts[59]]).toEqual([5, 6, 9]);
  // The link is as before, and what was made meanwhile is lost.
  all.server.state = 'admits';
  await insist(all, 15 * 60_000, 10_000);
  expect(all.server.dialled).toBe(10);
  await all.dialer.stop();
});

it('repeats at will what did not arrive there', async () => {
  const { server, dialer, connect } = open();
  server.state = new Error('connect ECONNREFUSED');
  for (let attempt = 0; attempt < 20; attempt += 1) expect(await connect()).toBe(server.state);
  server.state = 'admits';
  expect(await connect()).toBeInstanceOf(pg.Client);
  expect(server.dialled).toBe(21);
  await dialer.stop();
});

it('says why the server refuses, whatever waits besides', async () => {
  const all = open();
  const { server, dialer, connect } = all;
  server.state = 'waits';
  await insist(all, 2_500);
  server.state = new Error('connect ECONNREFUSED');
  expect(await connect()).toBe(server.state);
  server.waiting[0]?.refuse(new Error('the database system is shutting down'));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(dialer.count).toBe(0);
});

it('serves several who ask at once by what comes first', async () => {
  const { server, dialer } = open();
  server.state = 'waits';
  const asked = [dialer.connect(), dialer.connect()].map((attempt) => attempt.catch(() => null));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await Promise.all(asked)).toEqual([null, null]);
  server.state = 'admits';
  const again = [dialer.connect(), dialer.connect()];
  for (const { admit } of server.waiting) admit();
  expect(new Set(await Promise.all(again)).size).toBe(2);
  await dialer.stop();
});

it('may be stopped twice, and closes what waits', async () => {
  const all = open();
  all.server.state = 'waits';
  await insist(all, 10_000);
  await all.dialer.stop();
  await all.dialer.stop();
  expect(all.dialer.count).toBe(0);
  expect(await all.connect()).toMatchObject({ code: 'postgres_waiting' });
  expect(vi.getTimerCount()).toBe(0);
});
