import type { BusSender } from '../../support/bus/bus-sender.ts';
import { BusSocket, type BusSocketOptions } from '../../support/bus/bus-socket.ts';
import type { Odoo } from '../../support/odoo/odoo.ts';
import type { OdooSession } from '../../support/odoo/odoo-session.ts';
import type { BusServer } from './bus-stage.ts';
import type { Member } from './people.ts';

/** What the cases of one server are about. */
export interface Served {
  readonly odoo: Odoo;
  readonly sender: BusSender;
  readonly server: BusServer;
  readonly name: ServerName;
  /** A user whom other tests use as well; nobody ends that session, or changes that user. */
  member(name: string): Promise<Member>;
}

export type ServerName = 'the evented worker' | 'the sidecar';

/** Asked for inside of tests only. */
export type GetServed = () => Served;

/** One socket of whoever has these cookies. */
export function open({ server }: Served, options?: BusSocketOptions): Promise<BusSocket> {
  return BusSocket.open(server.url, options);
}

/** One socket of a user's browser. */
export function openAs(
  served: Served,
  session: OdooSession,
  options: BusSocketOptions = {},
): Promise<BusSocket> {
  return open(served, { cookie: `session_id=${session.sessionId}`, ...options });
}

/** One that already hears such channels. */
export async function listen(
  served: Served,
  channels: readonly string[],
  options?: BusSocketOptions,
): Promise<BusSocket> {
  const socket = await open(served, options);
  await subscribe(served, socket, channels);
  return socket;
}

/** Resolves when the server has done what it was sent before, and the socket hears these channels. */
export async function subscribe(
  { sender }: Served,
  socket: BusSocket,
  channels: readonly string[],
): Promise<void> {
  const proof = `proof ${proofs++}`;
  const last = await sender.send(proof, proof);
  socket.subscribe([...channels, proof], last);
  await socket.next(proof);
  // Nothing but what the test itself sends is to be in there.
  socket.forget();
}

/** Resolves when all that was committed before has come to the socket, which has to hear that channel. */
export async function settle({ sender }: Served, socket: BusSocket, channel: string): Promise<void> {
  const proof = `proof ${proofs++}`;
  await sender.send(channel, proof);
  await socket.next(proof);
}

let proofs = 0;
