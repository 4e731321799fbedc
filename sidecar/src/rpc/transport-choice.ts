import { JsonCaller } from './json-caller.ts';
import type { ModelCall, ModelCaller } from './model-caller.ts';
import { OpenERPServer, type OpenERPServerOptions } from './openerp-server.ts';
import { RepeatingCaller } from './repeating-caller.ts';
import { RouteMissingError } from './route-missing-error.ts';
import { XmlRpcCaller } from './xmlrpc-caller.ts';

/** Where the JSON route was missing, it is looked for again after so long. */
const AGAIN_MS = 60_000;

const CHANGED = {
  xmlrpc: 'OpenERP knows no JSON route for this database: its models are called over XML-RPC',
  json: 'OpenERP knows the JSON route for this database again: its models are called over it',
};

/** The two ways to OpenERP: Odoo 14.0 and later have both, OpenERP 7.0 and Odoo 8.0 XML-RPC only. */
export interface Transports {
  readonly json: ModelCaller;
  readonly xmlrpc: ModelCaller;
}

/**
 * Calls models over the JSON route, and over XML-RPC in databases that have no such route: because OpenERP cannot tell
 * which of its databases is asked for, or because its series has none. A missing route carried nothing out, so that the
 * same call may go the other way.
 */
export class TransportChoice implements ModelCaller {
  readonly #transports: Transports;
  readonly #changed: (db: string, transport: keyof Transports) => void;
  readonly #againMs: number;
  /** When the route is to be looked for again, by database. */
  readonly #missing = new Map<string, number>();

  /** @param changed is told when another transport is used for a database from now on */
  constructor(
    transports: Transports,
    changed: (db: string, transport: keyof Transports) => void,
    againMs = AGAIN_MS,
  ) {
    this.#transports = transports;
    this.#changed = changed;
    this.#againMs = againMs;
  }

  async call(call: ModelCall): Promise<unknown> {
    const { json, xmlrpc } = this.#transports;
    const again = this.#missing.get(call.db);
    if (again !== undefined && performance.now() < again) return await xmlrpc.call(call);
    try {
      const result = await json.call(call);
      if (this.#missing.delete(call.db)) this.#changed(call.db, 'json');
      return result;
    } catch (error) {
      if (!(error instanceof RouteMissingError)) throw error;
    }
    const isNew = !this.#missing.has(call.db);
    this.#missing.set(call.db, performance.now() + this.#againMs);
    if (isNew) this.#changed(call.db, 'xmlrpc');
    return await xmlrpc.call(call);
  }

  stop(): void {
    this.#transports.json.stop();
    this.#transports.xmlrpc.stop();
  }
}

/** Where OpenERP is, how it is called, and within which limits. */
export interface TransportOptions extends OpenERPServerOptions {
  readonly transport: keyof Transports | 'auto';
  /** How long a call is repeated that surely was not carried out. */
  readonly repeatMs?: number;
}

/**
 * The way to OpenERP that was asked for; calls that surely were not carried out are repeated.
 *
 * @param say is told which transport is used for a database from now on
 */
export function openTransport(
  options: TransportOptions,
  say: (db: string, text: string) => void,
): ModelCaller {
  const { transport, repeatMs } = options;
  const server = new OpenERPServer(options);
  const transports: Transports = { json: new JsonCaller(server), xmlrpc: new XmlRpcCaller(server) };
  if (transport !== 'auto') return new RepeatingCaller(transports[transport], repeatMs);
  const choice = new TransportChoice(transports, (db, now) => say(db, CHANGED[now]));
  return new RepeatingCaller(choice, repeatMs);
}
