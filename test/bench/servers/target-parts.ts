import pg from 'pg';
import type { PostgresAddress } from '../../support/postgres/postgres.ts';
import { startBareServer } from './bare-server.ts';
import { BenchDatabase } from './bench-database.ts';
import { startSidecar } from './bench-sidecar.ts';
import { CountingOdoo } from './counting-odoo.ts';
import { Pages } from './pages.ts';
import { startPythonSidecar } from './python-sidecar.ts';
import { isForAll, type Scenario } from './scenario.ts';
import type { RestartableServer } from './server.ts';

/** A server under test with what belongs to it. */
export interface TargetParts {
  readonly scenario: Scenario;
  readonly database: BenchDatabase;
  readonly server: RestartableServer;
  readonly pages: Pages;
  readonly writer: pg.Client;
  /** Behind the server's address, where pages connect. */
  readonly path: string;
  /** What each page says about itself. */
  readonly auths: readonly object[];
  /** What one more page says. */
  readonly spare: object;
  readonly event: string | null;
  /** Does the writer put the message into a NOTIFY? */
  readonly notifies: boolean;
  /** Null where nobody is asked about sessions. */
  readonly odoo: CountingOdoo | null;
}

/** The built sidecar, and pages with tokens that listen to the channel. */
export function openOurs(postgres: PostgresAddress, scenario: Scenario, node?: string): Promise<TargetParts> {
  return openSidecar(postgres, scenario, ({ name }, args) => startSidecar(postgres, [name], { args, node }));
}

/** The same with a Python worker, in which the handlers run. */
export function openPython(
  postgres: PostgresAddress,
  scenario: Scenario,
  node?: string,
): Promise<TargetParts> {
  return openSidecar(postgres, scenario, ({ name }) => startPythonSidecar(postgres, name, node));
}

/** Bare socket.io, and pages that say who they are. */
export async function openBare(
  postgres: PostgresAddress,
  scenario: Scenario,
  node?: string,
): Promise<TargetParts> {
  const { sockets, baseline: kind } = scenario;
  const database = await BenchDatabase.create(postgres);
  await database.query('DROP TRIGGER web_socketio_wake_up ON web_socketio_message');
  const server = await startBareServer({ config: database.config, kind }, node);
  return {
    ...{ scenario, database, server, path: '', event: null, notifies: true, odoo: null },
    auths: Array.from({ length: sockets }, (_, index) => ({ uid: index + 1 })),
    spare: { uid: sockets + 1 },
    ...(await startLoad(database, scenario)),
  };
}

async function openSidecar(
  postgres: PostgresAddress,
  scenario: Scenario,
  start: (database: BenchDatabase, args: readonly string[]) => Promise<RestartableServer>,
): Promise<TargetParts> {
  const { sockets, channel, checks = false } = scenario;
  const database = await BenchDatabase.create(postgres);
  const odoo = checks ? await CountingOdoo.start() : null;
  const server = await start(database, odoo === null ? [] : ['--odoo-url', odoo.url]);
  // One more, for what is measured in a page of this process.
  const tokens = await database.addTokens(sockets + 1, checks);
  // As the web client's pages do: they are told with each batch how far they have read, and recognise it by its ids.
  const auths = tokens.map((token) => ({ db: database.name, token, positions: {}, parcels: true }));
  return {
    ...{ scenario, database, server, path: '/longpolling', event: channel, notifies: false, odoo },
    auths: auths.slice(0, sockets),
    spare: auths.at(-1) ?? {},
    ...(await startLoad(database, scenario)),
  };
}

async function startLoad(
  database: BenchDatabase,
  scenario: Scenario,
): Promise<{ pages: Pages; writer: pg.Client }> {
  const writer = new pg.Client(database.config);
  await writer.connect();
  return { pages: await Pages.start(isForAll(scenario) ? null : 1), writer };
}
