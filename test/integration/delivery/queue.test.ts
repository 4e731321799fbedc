import type { Socket } from 'socket.io-client';
import { expect, it } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class Work extends AbstractAdapter {
  static channel = 'work';
  get(messages, uid) { return messages.filter(({ values }) => values.to_id === undefined || values.to_id === uid); }
  format(message) { return message.values.text; }
}
class Worker extends OpenERPNameSpace {
  async recvConnect() {
    for (;;) await this.secureEmit(Work, 'work', await this.listen(Work, this.uid));
  }
}
class Careless extends OpenERPNameSpace {
  async on_take() { return await this.listen(Work, this.uid); }
  async on_take_and_throw() { await this.listen(Work, this.uid); throw new Error('no'); }
  async on_confirm() { await this.listen(Work, this.uid); return await this.validate(Work, true); }
}
SocketIO.addNamespace('/work', Worker);
SocketIO.addNamespace('/careless', Careless);
`;

async function start(settings = {}) {
  const database = await TestDatabase.create();
  const open = () => TestSidecar.start(database, { web_socketio_demo: MODULE }, settings);
  const sidecar = await open();
  const connect = async (uid = 2, server = sidecar, path = '/work') =>
    server.connect(path, database.name, await database.addToken({ uid }));
  const waiting = async () => {
    const rows = await database.query<{
      text: string;
      attempts: number;
      lease: string | null;
      dead: Date | null;
    }>(
      `SELECT "values" ->> 'text' AS text, attempts, lease, dead FROM web_socketio_message
       WHERE channel = 'work' ORDER BY id`,
    );
    return rows;
  };
  return { database, sidecar, open, connect, waiting };
}

/** Collects what a page gets, and answers each event with the next answer; the last one is used again. */
function work(socket: Socket, answers: object[] = [{ ok: true }]): string[] {
  const got: string[] = [];
  socket.on('work', (texts: string[], acknowledge: (answer: object) => void) => {
    got.push(...texts);
    acknowledge((answers.length > 1 ? answers.shift() : answers[0]) ?? {});
  });
  return got;
}

it('gives each message to one listener, and deletes it when it is confirmed', async () => {
  const { database, connect, waiting } = await start();
  const got = [work(await connect()), work(await connect()), work(await connect())];
  for (let number = 1; number <= 30; number += 1) await database.insert('work', { text: `${number}` });
  await expect.poll(() => got.flat().length).toBe(30);
  expect(new Set(got.flat()).size).toBe(30);
  await expect.poll(waiting).toEqual([]);
});

it('keeps a message for a user who is away until the next log-in, also over a restart', async () => {
  const { database, sidecar, open, connect, waiting } = await start();
  const other = work(await connect(3));
  await database.insert('work', { to_id: 2, text: 'for you' });
  await database.insert('work', { to_id: 3, text: 'not for you' });
  await expect.poll(() => other).toEqual(['not for you']);
  await sidecar.sidecar.stop();
  expect(await waiting()).toMatchObject([{ text: 'for you', attempts: 0, lease: null }]);
  const next = await open();
  const got = work(await connect(2, next));
  await expect.poll(() => got).toEqual(['for you']);
  await expect.poll(waiting).toEqual([]);
});

it('offers again what was refused, makes a dead letter of it after five failures, and can requeue that', async () => {
  const { database, sidecar, connect, waiting } = await start();
  const refuse = { ok: false, code: 'handler_failed' };
  const got = work(await connect(), [refuse, refuse, refuse, refuse, refuse, { ok: true }]);
  await database.insert('work', { text: 'hard' });
  await expect
    .poll(waiting)
    .toMatchObject([{ text: 'hard', attempts: 5, lease: null, dead: expect.any(Date) }]);
  expect(got).toHaveLength(5);
  await expect.poll(() => sidecar.log).toContain('failed 5 times and is a dead letter now');
  await database.insert('work', { text: 'easy' });
  await expect.poll(() => got.at(-1)).toBe('easy');
  await database.query(`SELECT web_socketio_requeue(id) FROM web_socketio_message WHERE dead IS NOT NULL`);
  await expect.poll(() => got.at(-1)).toBe('hard');
  await expect.poll(waiting).toEqual([]);
});

it('gives what a page held when it went to another one', async () => {
  const { database, connect, waiting } = await start();
  const silent = await connect();
  const taken = nextEvent(silent, 'work');
  await database.insert('work', { text: 'one' });
  await taken;
  const got = work(await connect());
  silent.io.engine.close();
  await expect.poll(() => got).toEqual(['one']);
  await expect.poll(waiting).toEqual([]);
});

it('is shared by several sidecars; what one held that was stopped goes to the other at once', async () => {
  const { database, open, sidecar, connect, waiting } = await start();
  const other = await open();
  const silent = await connect(2, sidecar);
  const taken = nextEvent(silent, 'work');
  await database.insert('work', { text: 'held' });
  await taken;
  const got = work(await connect(2, other));
  for (let number = 1; number <= 20; number += 1) await database.insert('work', { text: `${number}` });
  await expect.poll(() => got.length).toBe(20);
  await sidecar.sidecar.stop();
  await expect.poll(() => got).toContain('held');
  await expect.poll(waiting).toEqual([]);
});

it('gives what a sidecar held that is not heard of any more to another', async () => {
  const { database, connect, waiting } = await start();
  const lost = '00000000-0000-4000-8000-000000000001';
  await database.query(`INSERT INTO web_socketio_sidecar (id) VALUES ($1)`, [lost]);
  await database.query(
    `INSERT INTO web_socketio_message (channel, "values", lease) VALUES ('work', '{"text": "held"}', $1)`,
    [lost],
  );
  const got = work(await connect());
  await expect.poll(() => got).toEqual(['held']);
  await expect.poll(waiting).toEqual([]);
});

it('requeues what a handler neither confirmed nor refused, with a warning', async () => {
  const { database, sidecar, connect, waiting } = await start();
  const socket = await connect(2, sidecar, '/careless');
  await database.insert('work', { text: 'one' });
  expect(await socket.emitWithAck('take')).toEqual(['one']);
  await expect.poll(waiting).toMatchObject([{ text: 'one', attempts: 1, lease: null }]);
  expect(sidecar.log).toContain(
    "event 'take' of addon 'web_socketio_demo', user 2: validate_missing: The handler ended without secureEmit or validate",
  );
  expect(await socket.emitWithAck('take_and_throw')).toMatchObject({ code: 'handler_failed' });
  await expect.poll(waiting).toMatchObject([{ text: 'one', attempts: 2, lease: null }]);
  expect(await socket.emitWithAck('confirm')).toBe(true);
  expect(await waiting()).toEqual([]);
});

it('delivers and confirms while PostgreSQL cuts the sidecar off again and again', async () => {
  const { database, connect, waiting } = await start();
  const got = [work(await connect()), work(await connect())];
  for (let number = 1; number <= 60; number += 1) {
    await database.insert('work', { text: `${number}` });
    if (number % 10 === 0) await database.killSidecarBackends();
  }
  await expect.poll(waiting).toEqual([]);
  expect(new Set(got.flat()).size).toBe(60);
});

it.each([
  [9_000, 11_499],
  [1, 9_000],
])('gives all of %i to %i that wait, oldest first', async (first, last) => {
  const { database, connect, waiting } = await start();
  await database.query(
    `INSERT INTO web_socketio_message (id, channel, "values")
     SELECT n, 'work', json_build_object('text', n) FROM generate_series($1::int, $2::int) n`,
    [first, last],
  );
  const got = work(await connect());
  await expect.poll(waiting).toEqual([]);
  const sent = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  expect(got.slice(0, 100)).toEqual(sent.slice(0, 100));
  expect([...new Set(got)].map(Number).toSorted((one, other) => one - other)).toEqual(sent);
});

it('finds the messages of users behind more than memory holds, for people who are away', async () => {
  const { database, connect } = await start();
  const other = work(await connect(3));
  await database.query(
    `INSERT INTO web_socketio_message (channel, "values")
     SELECT 'work', json_build_object('to_id', CASE WHEN n > 15000 THEN 10 + n % 20 ELSE 99 END, 'text', n)
     FROM generate_series(1, 16000) n`,
  );
  await database.insert('work', { to_id: 2, text: 'deep' });
  const got = work(await connect(2));
  await expect.poll(() => got).toEqual(['deep']);
  const crowd = await Promise.all(Array.from({ length: 20 }, async (_, n) => work(await connect(10 + n))));
  await expect.poll(() => crowd.flat().length).toBe(1_000);
  expect(new Set(crowd.flat()).size).toBe(1_000);
  await database.insert('work', { to_id: 3, text: 'live' });
  await expect.poll(() => other).toEqual(['live']);
});
