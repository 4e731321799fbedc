import { EventEmitter, once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { dial } from '../../../sidecar/src/postgres/connect/dial.ts';
import type { MessageRow } from '../../../sidecar/src/postgres/read/message-row.ts';
import { Subscription } from '../../../sidecar/src/postgres/read/subscription.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';

/** A reader that remembers what it read, and tells when something happens. */
class Reader {
  readonly subscription: Subscription;
  readonly rows: MessageRow[] = [];
  /** Of the last read. */
  snapshot: string | null = null;
  readonly events = new EventEmitter();
  /** What it is told after an administrator has ended its connection. */
  serverLives = false;

  constructor({ server, name }: TestDatabase, since: string | null = null) {
    this.subscription = new Subscription(
      () => dial(server, name),
      {
        begin: () => undefined,
        heard: () => ['mine'],
        read: ({ channel, snapshot, rows, last }) => {
          this.rows.push(...rows);
          if (last && channel === null) this.snapshot = snapshot;
          if (rows.length > 0) this.events.emit('read');
        },
        connected: async () => {
          this.events.emit('connected');
          return '0';
        },
        reading: () => undefined,
        disconnected: () => undefined,
        failed: () => void this.events.emit('failed'),
        wakeUpMissed: () => void this.events.emit('unwoken'),
        serverLives: async () => this.serverLives,
      },
      { since },
    );
    onTestFinished(() => this.subscription.stop());
  }

  /** Starts, and resolves when the first read has been made. */
  async start(): Promise<void> {
    const connected = once(this.events, 'connected');
    this.subscription.start();
    await connected;
    await expect.poll(() => this.subscription.armed).toBe(true);
  }

  /** Resolves when as many rows as that have been read. */
  async until(count: number): Promise<void> {
    while (this.rows.length < count) await once(this.events, 'read');
  }

  get values(): unknown[] {
    return this.rows.map(({ values }) => JSON.parse(values));
  }
}

const INSERT = `INSERT INTO web_socketio_message (channel, "values") VALUES ('mine', $1)`;

it('reads what commits after it has started, and nothing from before', async () => {
  const database = await TestDatabase.create();
  await database.insert('mine', { before: true });
  const reader = new Reader(database);
  await reader.start();
  await database.insert('mine', { after: true });
  await reader.until(1);
  expect(reader.values).toEqual([{ after: true }]);
});

it('reads a transaction that commits after a younger one was delivered, once', async () => {
  const database = await TestDatabase.create();
  const reader = new Reader(database);
  await reader.start();
  const older = await database.connect();
  await older.query('BEGIN');
  await older.query(INSERT, ['{"writer": "older"}']);
  await database.insert('mine', { writer: 'younger' });
  await reader.until(1);
  await older.query('COMMIT');
  await reader.until(2);
  await database.insert('mine', { writer: 'last' });
  await reader.until(3);
  expect(reader.values).toEqual([{ writer: 'younger' }, { writer: 'older' }, { writer: 'last' }]);
});

it('reads nothing of a transaction, or a savepoint, that was rolled back', async () => {
  const database = await TestDatabase.create();
  const reader = new Reader(database);
  await reader.start();
  const writer = await database.connect();
  await writer.query('BEGIN');
  await writer.query(INSERT, ['{"rolled back": true}']);
  await writer.query('ROLLBACK');
  await writer.query('BEGIN');
  await writer.query('SAVEPOINT one');
  await writer.query(INSERT, ['{"savepoint": "rolled back"}']);
  await writer.query('ROLLBACK TO SAVEPOINT one');
  await writer.query('SAVEPOINT two');
  await writer.query(INSERT, ['{"savepoint": "kept"}']);
  await writer.query('COMMIT');
  await reader.until(1);
  expect(reader.values).toEqual([{ savepoint: 'kept' }]);
});

it('reads ten equal messages of one transaction as ten', async () => {
  const database = await TestDatabase.create();
  const reader = new Reader(database);
  await reader.start();
  await database.query(
    `INSERT INTO web_socketio_message (channel, "values") SELECT 'mine', '{"text": "equal"}' FROM generate_series(1, 10)`,
  );
  await reader.until(10);
  expect(reader.values).toEqual(Array(10).fill({ text: 'equal' }));
  expect(new Set(reader.rows.map(({ id }) => id)).size).toBe(10);
});

it.each([7_999, 8_000, 8_001, 1_000_000])('reads a message of %i bytes as it was written', async (size) => {
  const database = await TestDatabase.create();
  const reader = new Reader(database);
  await reader.start();
  const text = 'ä\u0000'.repeat(size).slice(0, size);
  await database.insert('mine', { text });
  await reader.until(1);
  expect(reader.values).toEqual([{ text }]);
});

it('reads the message of a writer that looked at the wake-up before it was armed', async () => {
  const database = await TestDatabase.create();
  const writer = await database.connect();
  await writer.query('BEGIN');
  await writer.query(INSERT, ['{"looked": "too early"}']);
  const reader = new Reader(database);
  await reader.start();
  const heard = await listenForBell(database);
  await writer.query('COMMIT');
  await reader.until(1);
  expect(reader.values).toEqual([{ looked: 'too early' }]);
  expect(heard()).toBe(0);
});

it('goes on where it was when its connection is killed', async () => {
  const database = await TestDatabase.create();
  const reader = new Reader(database);
  await reader.start();
  await database.insert('mine', { number: 1 });
  await reader.until(1);
  const failed = once(reader.events, 'failed');
  expect(await database.killSidecarBackends()).toBe(1);
  await failed;
  await database.insert('mine', { number: 2 });
  await reader.until(2);
  await database.insert('mine', { number: 3 });
  await reader.until(3);
  expect(reader.values).toEqual([{ number: 1 }, { number: 2 }, { number: 3 }]);
});

it('stays away for three seconds when an administrator ended its connection, whoever asks for a read', async () => {
  const database = await TestDatabase.create();
  const reader = new Reader(database);
  reader.serverLives = true;
  await reader.start();
  const failed = once(reader.events, 'failed');
  const start = performance.now();
  await database.killSidecarBackends();
  await failed;
  const back = once(reader.events, 'connected').then(() => performance.now() - start);
  const asked = Promise.all(Array.from({ length: 3 }, () => reader.subscription.readNow('mine')));
  expect(await back).toBeGreaterThan(2_900);
  await asked;
});

it('reads what was committed while it was stopped, when it starts with its last snapshot', async () => {
  const database = await TestDatabase.create();
  const first = new Reader(database);
  await first.start();
  // Still open when it is stopped: its number is lower than what the last snapshot has seen.
  const open = await database.connect();
  await open.query('BEGIN');
  await open.query(INSERT, ['{"number": 2}']);
  await database.insert('mine', { number: 1 });
  await first.until(1);
  await first.subscription.stop();
  await database.insert('mine', { number: 3 });
  await open.query('COMMIT');
  const second = new Reader(database, first.snapshot);
  await second.start();
  await second.until(2);
  expect(second.values).toEqual([{ number: 2 }, { number: 3 }]);
});

it('reads every message of many writers once, whether it is woken up or reads all the time', async () => {
  const database = await TestDatabase.create();
  const reader = new Reader(database);
  await reader.start();
  const writers = await Promise.all(Array.from({ length: 8 }, () => database.connect()));
  const each = 100;
  const write = async (writer: Awaited<ReturnType<TestDatabase['connect']>>, index: number) => {
    for (let turn = 0; turn < each; turn += 1) {
      await writer.query('BEGIN');
      await writer.query(INSERT, [JSON.stringify({ index, turn })]);
      await writer.query(turn % 10 === 9 ? 'ROLLBACK' : 'COMMIT');
    }
  };
  await Promise.all(writers.map(write));
  await reader.until(8 * 90);
  expect(new Set(reader.rows.map(({ values }) => values)).size).toBe(8 * 90);
  await database.insert('mine', { last: true });
  await reader.until(8 * 90 + 1);
  expect(reader.rows).toHaveLength(8 * 90 + 1);
});

it('may be stopped twice, and before it was started', async () => {
  const database = await TestDatabase.create();
  const reader = new Reader(database);
  await reader.subscription.stop();
  await reader.subscription.stop();
  expect(await database.killSidecarBackends()).toBe(0);
});

/** Counts the wake-ups from now on. */
async function listenForBell(database: TestDatabase): Promise<() => number> {
  const client = await database.connect();
  let count = 0;
  client.on('notification', () => {
    count += 1;
  });
  await client.query('LISTEN web_socketio');
  return () => count;
}
