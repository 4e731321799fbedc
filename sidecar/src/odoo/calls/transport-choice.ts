import { hostOf, isOrigin } from '../http/browser-origin.ts';
import { HostRefusedError } from '../http/host-refused-error.ts';
import { OdooServer, type OdooServerOptions } from '../http/odoo-server.ts';
import { JsonCaller } from './json-caller.ts';
import type { ModelCall, ModelCaller } from './model-caller.ts';
import { RepeatingCaller } from './repeating-caller.ts';
import { XmlRpcCaller } from './xmlrpc-caller.ts';

/** Where the JSON route was missing, it is looked for again after so long. */
const AGAIN_MS = 60_000;

const CHANGED = {
  xmlrpc: 'Odoo has no JSON route for this database: the sidecar calls its models over XML-RPC',
  json: 'Odoo has the JSON route for this database again: the sidecar calls its models over it',
};
/** So many pairs of database and host are remembered: hosts come from outside. */
const MOST_PLACES = 1_000;

/** The two ways to Odoo: Odoo 14.0 and later have both, OpenERP 7.0 and Odoo 8.0 XML-RPC only. */
export interface Transports {
  readonly json: ModelCaller;
  readonly xmlrpc: ModelCaller;
}

/**
 * Calls models over the JSON route, and over XML-RPC in databases that have no such route: because Odoo cannot tell
 * which of its databases is asked for, since it opens none under that host, or because its series has none. A missing
 * route carried nothing out, so that the same call may go the other way.
 */
export class TransportChoice implements ModelCaller {
  readonly #transports: Transports;
  readonly #changed: (call: ModelCall, transport: keyof Transports) => void;
  readonly #againMs: number;
  /** When the route is to be looked for again, by database and the host under which it was missing. */
  readonly #missing = new Map<string, number>();

  /** @param changed is told when another transport is used for a database from now on */
  constructor(
    transports: Transports,
    changed: (call: ModelCall, transport: keyof Transports) => void,
    againMs = AGAIN_MS,
  ) {
    this.#transports = transports;
    this.#changed = changed;
    this.#againMs = againMs;
  }

  async call(call: ModelCall): Promise<unknown> {
    const { json, xmlrpc } = this.#transports;
    const place = `${call.db} ${call.origin ?? ''}`;
    const again = this.#missing.get(place);
    if (again !== undefined && performance.now() < again) return await xmlrpc.call(call);
    try {
      const result = await json.call(call);
      if (this.#missing.delete(place)) this.#changed(call, 'json');
      return result;
    } catch (error) {
      if (!(error instanceof HostRefusedError)) throw error;
    }
    const isNew = !this.#missing.has(place);
    if (isNew && this.#missing.size >= MOST_PLACES) this.#missing.clear();
    this.#missing.set(place, performance.now() + this.#againMs);
    if (isNew) this.#changed(call, 'xmlrpc');
    return await xmlrpc.call(call);
  }

  stop(): void {
    this.#transports.json.stop();
    this.#transports.xmlrpc.stop();
  }
}

/** Where Odoo is, how it is called, and within which limits. */
export interface TransportOptions extends OdooServerOptions {
  readonly transport: keyof Transports | 'auto';
  /** How long a call is repeated that surely was not carried out. */
  readonly repeatMs?: number;
}

/**
 * The way to Odoo that was asked for; calls that surely were not carried out are repeated.
 *
 * @param say is told which transport is used for a database from now on
 */
export function openTransport(
  options: TransportOptions,
  say: (db: string, text: string) => void,
): ModelCaller {
  const { transport, repeatMs } = options;
  const server = new OdooServer(options);
  const transports: Transports = { json: new JsonCaller(server), xmlrpc: new XmlRpcCaller(server) };
  if (transport !== 'auto') return new RepeatingCaller(transports[transport], repeatMs);
  const choice = new TransportChoice(transports, ({ db, origin }, now) => {
    say(db, isOrigin(origin) ? `${CHANGED[now]} (for the host '${hostOf(origin)}')` : CHANGED[now]);
  });
  return new RepeatingCaller(choice, repeatMs);
}
