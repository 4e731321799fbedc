import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import type { OdooSession } from '../odoo/odoo-session.ts';
import { TestDatabase } from '../postgres/test-database.ts';
import { type TestSettings, TestSidecar } from '../sidecar/test-sidecar.ts';
import { addBus, sendNotification } from './bus-database.ts';
import { type BusStandIn, startBusStandIn } from './bus-stand-in.ts';
import { BusWebSocket } from './bus-web-socket.ts';

/** A sidecar that serves the bus of a stand-in for Odoo. */
export interface BusStage {
  readonly odoo: BusStandIn;
  readonly database: TestDatabase;
  readonly sidecar: TestSidecar;
  /** The cookie of a user of that name, who logs in. */
  logIn(login: string): Promise<{ uid: number; session: OdooSession; headers: { Cookie: string } }>;
  /** Another sidecar for the same database. */
  startSidecar(settings?: TestSettings): Promise<TestSidecar>;
  /** A socket that hears these channels, and broadcasts. */
  hearing(channels: readonly string[], ...handshake: HandshakeRest): Promise<BusWebSocket>;
  /** Sends to a channel that pages name. @returns the id */
  notify(channel: string, payload: unknown): Promise<number>;
}

type HandshakeRest = Parameters<typeof BusWebSocket.open> extends [string, ...infer Rest] ? Rest : never;

/**
 * @param settings of the sidecar, where they differ from the usual
 * @param isInstalled whether web_socketio_bus is, from the beginning
 */
export async function startBusStage(settings: TestSettings = {}, isInstalled = true): Promise<BusStage> {
  const odoo = await startBusStandIn();
  const database = TestDatabase.at(inject('postgres'), odoo.database);
  if (isInstalled) await addBus(database);
  const startSidecar = (more: TestSettings = {}) =>
    TestSidecar.start(database, {}, { odooUrl: odoo.url, ...settings, ...more });
  const sidecar = await startSidecar();
  await until(sidecar, isInstalled ? 'busSockets' : '"connected"');
  const writer = await database.connect();
  let before: Promise<unknown> = Promise.resolve();
  // One after the other, whoever sends: they have one connection.
  const notify = (channel: string, payload: unknown) => {
    const sent = before.then(() =>
      sendNotification(writer, JSON.stringify([database.name, channel]), payload),
    );
    before = sent.catch(() => undefined);
    return sent;
  };
  return {
    ...{ odoo, database, sidecar, startSidecar, notify },
    logIn: async (login) => {
      const user = await odoo.createUser(login);
      const session = await odoo.logIn(user);
      return { uid: user.uid, session, headers: { Cookie: `session_id=${session.sessionId}` } };
    },
    hearing: async (channels, ...handshake) => {
      const socket = await BusWebSocket.open(sidecar.url, ...handshake);
      socket.subscribe(channels);
      // What is sent is heard as soon as this arrives, as it was committed after the subscription was asked for.
      const own = `ready ${randomUUID()}`;
      const id = await notify('broadcast', own);
      for (let count = 1; !socket.payloads.includes(own); count = socket.received.length + 1)
        await socket.until(count);
      socket.frames.length = 0;
      socket.last = id;
      return socket;
    },
  };
}

/** Until that sidecar reads the bus. */
export async function serving(sidecar: TestSidecar): Promise<void> {
  await until(sidecar, 'busSockets');
}

async function until(sidecar: TestSidecar, text: string): Promise<void> {
  while (!(await (await fetch(`${sidecar.url}/readyz`)).text()).includes(text))
    await new Promise((resolve) => setTimeout(resolve, 20));
}
