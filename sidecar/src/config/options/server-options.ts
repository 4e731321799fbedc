import { LONGEST_DRAIN_MS } from '../../lib/shutdown-budget.ts';
import { choice, SWITCH } from '../values/choice.ts';
import { DATABASE_NAMES } from '../values/database-names.ts';
import { ODOO_URL, OPTIONAL_URL } from '../values/odoo-url.ts';
import { ROUTE } from '../values/route.ts';
import { PATH, PATHS, TEXT } from '../values/text.ts';
import { MOST, wholeNumber } from '../values/whole-number.ts';
import { type Derived, type FoundConf, option } from './option.ts';

const COUNT = wholeNumber({ least: 1, most: MOST });
const ANY_INTERFACE = '0.0.0.0';
/** Model calls at a time, where Odoo works with threads, or its configuration file is not known. */
const USUAL_CURSORS = 8;

/** Where the sidecar listens, what it serves and how it calls Odoo. */
export const SERVER = {
  databases: option({
    ...{ name: 'database', flag: '-d, --database <names>', conf: ['db_name'], libpq: 'dbname' },
    // One name, whatever is in it.
    fromLibpq: (text) => `"${text.replaceAll('"', '""')}"`,
    ...{ default: '', type: DATABASE_NAMES, help: 'databases to serve, with commas between them' },
  }),
  interface: option({
    ...{ name: 'interface', flag: '-i, --interface <address>', default: '127.0.0.1', type: TEXT },
    help: 'address to listen on',
  }),
  /** 0 chooses a free one. */
  port: option({
    ...{ name: 'port', flag: '-p, --port <number>', default: '8068' },
    ...{ type: wholeNumber({ least: 0, most: 65_535 }), help: 'port to listen on' },
  }),
  /** Model calls of one database at a time: each holds a cursor of Odoo. */
  maxCursor: option({
    ...{ name: 'max-cursor', flag: '--max-cursor <number>', default: `${USUAL_CURSORS}`, type: COUNT },
    ...{ derive: cursorsOf, help: 'model calls of one database at a time' },
  }),
  /** The configuration file of Odoo that was read; null if there is none. */
  configFile: option({
    ...{ name: 'config', flag: '-c, --config <file>', default: '', type: PATH },
    derive: ({ configFile }) => (configFile === null ? undefined : { text: configFile }),
    help: 'configuration file of OpenERP or Odoo',
  }),
  /** Such as `http://127.0.0.1:8069`. */
  odooUrl: option({
    ...{ name: 'odoo-url', flag: '--odoo-url <url>', default: 'http://127.0.0.1:8069' },
    conf: ['http_port', 'xmlrpc_port', 'http_interface', 'xmlrpc_interface'],
    ...{ derive: odooUrlOf, type: ODOO_URL, help: 'where Odoo is' },
  }),
  /** Odoo's own server of its bus, for databases without `web_socketio_bus`. Null for none. */
  eventedUrl: option({
    ...{ name: 'evented-url', flag: '--evented-url <url>', default: '', type: OPTIONAL_URL },
    help: "Odoo's evented worker, if its bus goes on there",
  }),
  /** How models are called. `auto` is `json`, and `xmlrpc` in databases that have no such route. */
  transport: option({
    ...{ name: 'transport', default: 'auto', type: choice(['auto', 'json', 'xmlrpc']) },
    help: 'how to call models: auto, json or xmlrpc',
  }),
  logFormat: option({
    ...{ name: 'log-format', flag: '--log-format <name>', default: 'odoo' },
    ...{ type: choice(['odoo', 'json']), help: 'odoo or json' },
  }),
  /** From which level on the log is written. Not Odoo's `log_level`, which has other levels, and is set for other reasons. */
  logLevel: option({
    ...{ name: 'log-level', flag: '--log-level <name>', default: 'info' },
    ...{ type: choice(['debug', 'info', 'warn', 'error']), help: 'debug, info, warn or error' },
  }),
  /** Folders that hold addons; the first that has an addon wins. */
  addonsPath: option({
    ...{ name: 'addons-path', conf: ['addons_path'], default: '', type: PATHS },
    help: "folders with addons, besides the package's own",
  }),
  /** After so many failed attempts a message of a queue becomes a dead letter. */
  maxAttempts: option({
    ...{ name: 'max-attempts', default: '5', type: COUNT },
    help: 'failures that make a message a dead letter',
  }),
  /** Whether writers may be asked to send NOTIFY. */
  wakeUp: option({
    ...{ name: 'wake-up', default: 'on', type: SWITCH, help: 'off: no transaction ever sends NOTIFY' },
  }),
  /** The time over which pages are disconnected one after another at a stop. */
  drainSeconds: option({
    ...{ name: 'drain-seconds', default: '10' },
    type: wholeNumber({ least: 0, most: Math.floor(LONGEST_DRAIN_MS / 1_000) }),
    help: 'seconds over which pages leave at a stop',
  }),
  /** The proxy's name for this sidecar, at the end of the ids of its connections. Null for none. */
  route: option({
    ...{ name: 'route', default: '', type: ROUTE, help: "Apache's name for it, where there are several" },
  }),
};

/** How long messages are kept. */
export const RETENTION = {
  /** For pages that come back. */
  eachHours: option({
    ...{ name: 'each-hours', default: '24', type: COUNT },
    help: 'hours messages wait for a returning page',
  }),
  /** For users who log in later. */
  queueHours: option({
    ...{ name: 'queue-hours', default: '168', type: COUNT },
    help: 'hours messages wait in a queue',
  }),
};

/**
 * Each model call takes a worker of Odoo for as long as it lasts: eight of them would leave no browser one where there are
 * four, so unless something else is set one is left.
 */
function cursorsOf({ conf }: FoundConf): Derived | undefined {
  const workers = Number(conf.get('workers'));
  // Threads are many; and a text that is not a number Odoo itself refuses.
  if (!Number.isInteger(workers) || workers <= 0 || workers > USUAL_CURSORS) return undefined;
  return { text: `${Math.max(1, workers - 1)}`, note: ', one less than the workers of Odoo' };
}

/** Where Odoo listens: up to Odoo 10.0 the keys begin with xmlrpc, later series take both. */
function odooUrlOf({ conf }: FoundConf): Derived | undefined {
  const first = (...keys: string[]) => keys.map((key) => conf.get(key)).find((text) => text !== undefined);
  const port = first('http_port', 'xmlrpc_port');
  const host = first('http_interface', 'xmlrpc_interface');
  return port === undefined && host === undefined ? undefined : { text: urlOf(host, port) };
}

function urlOf(host = ANY_INTERFACE, port = '8069'): string {
  const address = host === ANY_INTERFACE || host === '::' ? '127.0.0.1' : host;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
