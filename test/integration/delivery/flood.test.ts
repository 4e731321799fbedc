import { EventEmitter, once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { dial } from '../../../sidecar/src/postgres/connect/dial.ts';
import type { ReadPage } from '../../../sidecar/src/postgres/read/message-stream.ts';
import { Subscription } from '../../../sidecar/src/postgres/read/subscription.ts';
import { expectWhole, FLOOD, INSERT_FLOOD, PART } from '../../support/postgres/flood-rows.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';

/** Everything that a subscription reports, in order. */
class Reader {
  readonly subscription: Subscription;
  readonly pages: ReadPage[] = [];
  readonly events = new EventEmitter();

  constructor({ server, name }: TestDatabase, heard: readonly string[]) {
    this.subscription = new Subscription(() => dial(server, name), {
      begin: () => undefined,
      heard: () => heard,
      read: (page) => {
        this.pages.push(page);
        this.events.emit('page', page);
      },
      connected: async () => '0',
      reading: () => undefined,
      disconnected: () => undefined,
      failed: () => undefined,
      wakeUpMissed: () => undefined,
      serverLives: async () => false,
    });
    onTestFinished(() => this.subscription.stop());
  }

  async start(): Promise<void> {
    this.subscription.start();
    await expect.poll(() => this.subscription.armed).toBe(true);
  }

  /** The ids of a channel's messages, in the order in which they came. */
  ids(channel: string): number[] {
    const rows = this.pages.flatMap((page) => page.rows.filter((row) => row.channel === channel));
    return rows.map(({ id }) => Number(id));
  }

  /** How many parts of the flood came so far. */
  get parts(): number {
    return this.pages.filter(({ rows }) => rows.some(({ channel }) => channel === 'flood')).length;
  }

  /** Resolves when so many parts of the flood have come. */
  async untilPart(count: number): Promise<void> {
    while (this.parts < count) await once(this.events, 'page');
  }

  async untilRead(channel: string, count: number): Promise<void> {
    while (this.ids(channel).length < count) await once(this.events, 'page');
  }
}

/** Of one transaction: first a flood, then a message of another channel. */
async function insertBoth(database: TestDatabase): Promise<void> {
  const writer = await database.connect();
  await writer.query('BEGIN');
  await writer.query(INSERT_FLOOD, [FLOOD]);
  await writer.query(`INSERT INTO web_socketio_message (channel) VALUES ('mine')`);
  await writer.query('COMMIT');
}

it.each([
  ['that is heard', ['mine', 'flood'], FLOOD],
  ['that nobody hears', ['mine'], PART],
])('reads another channel after two parts of a flood %s', async (_, heard, count) => {
  const database = await TestDatabase.create();
  const reader = new Reader(database, heard);
  await reader.start();
  await insertBoth(database);
  await reader.untilRead('mine', 1);
  expect(reader.parts).toBeLessThanOrEqual(2);
  await reader.subscription.readNow('flood');
  expectWhole(reader.ids('flood'), count);
  await database.insert('flood', { last: true });
  await reader.untilRead('flood', count + 1);
  expectWhole(reader.ids('flood'), count + 1);
  expectWhole(reader.ids('mine'), 1);
});

it('reads what commits during a flood after its next part', async () => {
  const database = await TestDatabase.create();
  const reader = new Reader(database, ['mine', 'flood']);
  await reader.start();
  await insertBoth(database);
  const writer = await database.connect();
  for (let count = 2; count <= 4; count += 1) {
    await reader.untilPart(count);
    await writer.query(`INSERT INTO web_socketio_message (channel) VALUES ('mine')`);
    const { parts } = reader;
    await reader.untilRead('mine', count);
    expect(reader.parts - parts).toBeLessThanOrEqual(2);
  }
  await reader.untilRead('flood', FLOOD);
  expectWhole(reader.ids('flood'), FLOOD);
  expectWhole(reader.ids('mine'), 4);
});

it('goes on where each channel was when its connection is killed in the middle of a flood', async () => {
  const database = await TestDatabase.create();
  const reader = new Reader(database, ['mine', 'flood']);
  await reader.start();
  await insertBoth(database);
  for (const count of [3, 6]) {
    await reader.untilPart(count);
    await database.killSidecarBackends();
    await database.insert('mine', {});
    await database.insert('flood', {});
  }
  await reader.untilRead('flood', FLOOD + 2);
  await reader.untilRead('mine', 3);
  await reader.subscription.readNow('flood');
  expectWhole(reader.ids('flood'), FLOOD + 2);
  expectWhole(reader.ids('mine'), 3);
});

it('says that all is read of a channel when it is, though another one is behind', async () => {
  const database = await TestDatabase.create();
  const reader = new Reader(database, ['mine', 'flood']);
  await reader.start();
  await insertBoth(database);
  await reader.untilPart(1);
  const whole = reader.subscription.readNow('flood');
  await reader.subscription.readNow('mine');
  expect(reader.ids('mine')).toHaveLength(1);
  expect(reader.ids('flood').length).toBeLessThan(FLOOD);
  await whole;
  expect(reader.ids('flood')).toHaveLength(FLOOD);
});
