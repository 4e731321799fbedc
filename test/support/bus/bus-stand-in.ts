import { beforeAll, inject, onTestFinished } from 'vitest';
import { OpenERP } from '../../../sidecar/playground/openerp/openerp.ts';
import { Database } from '../../../sidecar/playground/postgres/database.ts';
import { WebServer } from '../../../sidecar/playground/web-server.ts';
import type { OpenERPServer } from '../../contract/openerp-server.ts';
import { createDatabase, type PostgresAddress } from '../postgres/postgres.ts';
import { freePort } from '../process/free-port.ts';
import { describeServer } from '../sidecar/stand-in.ts';
import { BusRoute } from './bus-route.ts';
import { BUS_BUS } from './bus-table.ts';

const ADDONS = new URL('../../../addon/', import.meta.url);

/** A stand-in for an Odoo with its bus: the playground's, with real sessions, and the route of `web_socketio_bus`. */
export interface BusStandIn extends OpenERPServer {
  readonly route: BusRoute;
  /** Answers again under the same address. */
  start(): Promise<void>;
  /** As if Odoo were stopped: its port is closed. */
  stop(): void;
  close(): Promise<void>;
}

/** Starts one on a database of its own. Whoever starts it closes it. */
export async function openBusStandIn(address: PostgresAddress): Promise<BusStandIn> {
  const database = await Database.open(address, await createDatabase(address), ADDONS);
  await database.query(BUS_BUS);
  const route = new BusRoute(database);
  const errors: unknown[] = [];
  const port = await freePort();
  let server: WebServer | undefined;
  const start = async () => {
    server = new WebServer((error) => errors.push(error));
    server.serve([route, new OpenERP(database)]);
    const got = await server.listen(port);
    if (got !== port) throw new Error(`Somebody has port ${port} by now.`);
  };
  const stop = () => server?.close();
  await start();
  return {
    ...describeServer(`http://127.0.0.1:${port}`, database),
    ...{ route, start, stop },
    close: async () => {
      stop();
      await database.close();
      if (errors.length > 0) throw errors[0];
    },
  };
}

/** One for a single test. */
export async function startBusStandIn(address: PostgresAddress = inject('postgres')): Promise<BusStandIn> {
  const standIn = await openBusStandIn(address);
  onTestFinished(() => standIn.close());
  return standIn;
}

/** One for the tests of a file. */
export function useBusStandIn(): () => BusStandIn {
  let standIn: BusStandIn | undefined;
  beforeAll(async () => {
    standIn = await openBusStandIn(inject('postgres'));
    return () => standIn?.close();
  });
  return () => {
    if (standIn === undefined)
      throw new Error('The stand-in runs during tests only. Ask for it inside of one.');
    return standIn;
  };
}
