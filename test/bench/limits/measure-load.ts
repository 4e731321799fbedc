import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresAddress } from '../../support/postgres/postgres.ts';
import { readResident } from '../odoo/servers/processor-time.ts';
import { BenchDatabase } from '../servers/bench-database.ts';
import { Pages } from '../servers/pages.ts';
import { Gauge } from './gauge.ts';
import { startLimitSidecar } from './limit-sidecar.ts';
import { LimitWriter, type Sent } from './limit-writer.ts';
import { type Load, NotCarried, type Reading } from './load.ts';

const QUIET_MS = 500;
const WARM_UP_SECONDS = 2;

const PAGES = new URL('limit-pages.ts', import.meta.url);

export interface Carry {
  /** For how long. */
  readonly seconds: number;
  /** The program `node` of the sidecar. */
  readonly node: string;
}

const WAITING = `
  INSERT INTO web_socketio_message (channel, "values")
  SELECT 'limit_queue', '{"to_id": 0}' FROM generate_series(1, $1)`;

/**
 * Lets a sidecar, which is new, carry a load. A message that is lost or comes twice fails the run.
 */
export async function measureLoad(
  postgres: PostgresAddress,
  load: Load,
  { seconds, node }: Carry,
): Promise<Reading> {
  const releases: (() => Promise<void>)[] = [];
  const keep = <Part>(part: Part, release: () => Promise<void>): Part => {
    releases.push(release);
    return part;
  };
  try {
    const databases = await createDatabases(postgres, load);
    const names = databases.map(({ name }) => name);
    const sidecar = await startLimitSidecar(postgres, names, load.channels ?? 0, node);
    keep(sidecar, () => sidecar.stop());
    const writer = await LimitWriter.start(
      databases.map(({ config }) => config),
      load,
    );
    keep(writer, () => writer.stop());
    const isForAll = load.message(1).page === null;
    const pages = await Pages.start(isForAll ? null : 1, PAGES);
    keep(pages, () => pages.stop());
    const introduced = await introduce(databases, load);
    await carry(pages.connect(`${sidecar.url}/longpolling`, introduced, 'listen'));
    await sleep(QUIET_MS);
    const warm = await writer.write(WARM_UP_SECONDS);
    await carry(pages.waitFor([...warm.keys()]));
    const gauge = await Gauge.start(sidecar.pid, postgres);
    keep(gauge, () => gauge.stop());
    const due = Math.max(1, Math.floor(load.rate * seconds));
    let sent: Sent = new Map();
    const shares = await gauge.during(async () => {
      sent = await writer.write(seconds);
    });
    const memory = { megabytes: (await readResident(sidecar.pid)) / 1_024, spare: await readSpare() };
    const arrived = await carry(pages.waitFor([...sent.keys()]));
    const times = [...sent].map(([number, at]) => (arrived.get(number) ?? at) - at).sort((a, b) => a - b);
    const quantile = (part: number) => times[Math.floor(part * (times.length - 1))] ?? 0;
    return { ...shares, p50: quantile(0.5), p99: quantile(0.99), ...memory, committed: sent.size / due };
  } finally {
    for (const release of releases.reverse()) await release();
  }
}

/** A message that comes twice is no matter of how many there are: it fails the run. */
async function carry<Value>(work: Promise<Value>): Promise<Value> {
  return work.catch((cause: Error) => {
    if (cause.message.includes('arrived twice')) throw cause;
    throw new NotCarried(cause.message, { cause });
  });
}

async function readSpare(): Promise<number> {
  const [, kilobytes] = /MemAvailable:\s+(\d+)/.exec(await readFile('/proc/meminfo', 'utf8')) ?? [];
  return Number(kilobytes) / 1_024;
}

async function createDatabases(postgres: PostgresAddress, load: Load): Promise<BenchDatabase[]> {
  const databases: BenchDatabase[] = [];
  while (databases.length < (load.databases ?? 1)) {
    const database = await BenchDatabase.create(postgres);
    if (load.waiting !== undefined) {
      await database.query(WAITING, [load.waiting]);
      await database.query('VACUUM ANALYZE web_socketio_message');
    }
    databases.push(database);
  }
  return databases;
}

/** What each page says about itself: page 0 is user 1 of the first database, page 1 is user 1 of the second one. */
async function introduce(databases: readonly BenchDatabase[], load: Load): Promise<object[]> {
  const each = Math.ceil(load.pages / databases.length);
  const tokens = await Promise.all(databases.map((database) => database.addTokens(each)));
  return Array.from({ length: load.pages }, (_, page) => {
    const index = page % databases.length;
    const token = tokens[index]?.[Math.floor(page / databases.length)];
    const auth = { db: databases[index]?.name, token, positions: {}, parcels: true };
    return { auth, events: load.events(page) };
  });
}
