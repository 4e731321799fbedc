import { expect, inject } from 'vitest';
import { addBus, channelText, sendNotification } from '../../support/bus/bus-database.ts';
import { startBusStandIn } from '../../support/bus/bus-stand-in.ts';
import type { PostgresAddress } from '../../support/postgres/postgres.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { ChaosSidecar } from '../chaos-sidecar.ts';
import { type Counts, sum } from '../record/tally.ts';
import { BusWorker } from './bus-worker.ts';

const ARRIVAL_MS = 120_000;
const NAMES = ['chaos_a', 'chaos_b', 'chaos_c', 'chaos_d'];
/** In the sender's transaction, so that it holds what was committed, and only that, whoever was killed meanwhile. */
const LEDGER = `
CREATE TABLE chaos_ledger (id integer PRIMARY KEY, channel text NOT NULL);
CREATE FUNCTION chaos_note() RETURNS trigger LANGUAGE plpgsql AS $note$
BEGIN
    INSERT INTO chaos_ledger VALUES (NEW.id, NEW.channel);
    RETURN NULL;
END
$note$;
CREATE TRIGGER chaos_note AFTER INSERT ON bus_bus FOR EACH ROW WHEN (NEW.channel LIKE '%"chaos%')
    EXECUTE FUNCTION chaos_note();`;

interface BusPartyOptions {
  readonly sidecars: number;
  readonly pages: number;
  readonly server?: PostgresAddress;
  readonly env?: Readonly<Record<string, string>>;
}

/** A stand-in for Odoo with its bus, built sidecars that serve it, and pages: half of them of users, half of visitors. */
export class BusParty {
  readonly database: TestDatabase;
  readonly sidecars: readonly ChaosSidecar[];
  readonly pages: readonly BusWorker[];
  /** As they stand in the column. */
  readonly channels: readonly string[];

  private constructor(
    database: TestDatabase,
    sidecars: readonly ChaosSidecar[],
    pages: readonly BusWorker[],
  ) {
    this.database = database;
    this.sidecars = sidecars;
    this.pages = pages;
    this.channels = NAMES.map((name) => channelText(database, name));
  }

  /** Resolves when every page is subscribed. */
  static async gather({
    sidecars,
    pages,
    server = inject('postgres'),
    env = {},
  }: BusPartyOptions): Promise<BusParty> {
    const odoo = await startBusStandIn(server);
    const database = TestDatabase.at(server, odoo.database);
    await addBus(database);
    await database.query(LEDGER);
    const options = { server, database: database.name, env: { WEB_SOCKETIO_ODOO_URL: odoo.url, ...env } };
    const opened: ChaosSidecar[] = [];
    while (opened.length < sidecars) opened.push(await ChaosSidecar.open(options));
    const user = await odoo.createUser('chaos');
    const cookies: string[] = [];
    while (cookies.length < pages / 2) cookies.push(`session_id=${(await odoo.logIn(user)).sessionId}`);
    const workers = Array.from({ length: pages }, (_, index) => {
      const cookie = cookies[index];
      return new BusWorker({
        urls: opened.map(({ url }) => url),
        channels: NAMES.slice(index % NAMES.length),
        ...(cookie !== undefined && { cookie }),
      });
    });
    const party = new BusParty(database, opened, workers);
    await expect
      .poll(() => party.#greet().then(() => workers.every(({ received }) => received.length > 0)), {
        interval: 200,
      })
      .toBe(true);
    return party;
  }

  /** Sends one last notification to each channel, and waits until every page has all. Gives up in silence: `count` tells. */
  async arrive(): Promise<void> {
    await this.#greet();
    const sent = await this.#sent();
    const isThere = (page: BusWorker) => page.received.length >= (sent.get(page)?.length ?? 0);
    await expect
      .poll(() => this.pages.every(isThere), { timeout: ARRIVAL_MS, interval: 100 })
      .toBe(true)
      .catch(() => undefined);
  }

  /** What was sent to the pages' channels, and what became of it. */
  async count(): Promise<Counts> {
    const sent = await this.#sent();
    return sum(
      this.pages.map((page) => {
        const expected = sent.get(page) ?? [];
        const known = new Set(expected);
        const got = new Set(page.received);
        const delivered = expected.filter((id) => got.has(id)).length;
        return {
          sent: expected.length,
          delivered,
          duplicated: page.received.length - got.size,
          lost: expected.length - delivered,
          invented: [...got].filter((id) => !known.has(id)).length,
          shownTwice: 0,
        };
      }),
    );
  }

  get remarks(): string {
    const marks = this.pages.reduce((total, page) => total + page.marks, 0);
    const closes = this.pages.reduce((total, page) => total + page.closes.length, 0);
    return `connections closed ${closes} marks received ${marks}`;
  }

  async #greet(): Promise<void> {
    const client = await this.database.connect();
    for (const channel of this.channels) await sendNotification(client, channel, 'hello');
  }

  async #sent(): Promise<Map<BusWorker, number[]>> {
    const rows = await this.database.query<{ id: number; channel: string }>(
      'SELECT id, channel FROM chaos_ledger',
    );
    return new Map(
      this.pages.map((page) => {
        const channels = new Set(page.channels.map((name) => channelText(this.database, name)));
        return [page, rows.filter(({ channel }) => channels.has(channel)).map(({ id }) => id)];
      }),
    );
  }
}
