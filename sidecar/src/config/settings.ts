import { SidecarError } from '../api/sidecar-error.ts';
import type { LogFormat } from '../observability/line-log.ts';
import type { PostgresOptions } from '../postgres/connect/postgres-options.ts';
import type { Retention } from '../postgres/housekeeping.ts';
import { readDatabaseNames } from './database-names.ts';
import { LibpqParameters } from './libpq/libpq-parameters.ts';
import { readPostgres } from './libpq/postgres-settings.ts';
import { type Limits, readLimits } from './limits.ts';
import { readMaxCursor } from './max-cursor.ts';
import type { OdooConf } from './odoo-conf.ts';
import { toPort } from './port.ts';
import { type Sources, USUAL_FILES } from './sources.ts';
import { toWholeNumber } from './whole-number.ts';

/** `auto` is `json`, and `xmlrpc` in databases that have no such route. */
export type Transport = 'auto' | 'json' | 'xmlrpc';

/** All that the sidecar has to know to run. */
export interface Settings {
  readonly databases: readonly string[];
  readonly interface: string;
  /** 0 chooses a free one. */
  readonly port: number;
  /** Such as `http://127.0.0.1:8069`. */
  readonly openerpUrl: string;
  /** How models are called. */
  readonly transport: Transport;
  readonly postgres: PostgresOptions;
  /** Folders that hold addons; the first that has an addon wins. */
  readonly addonsPath: readonly string[];
  readonly retention: Retention;
  /** Whether writers may be asked to send NOTIFY. */
  readonly wakeUp: boolean;
  /** After so many failed attempts a queue message is set aside. */
  readonly maxAttempts: number;
  /** Model calls of one database at a time: each holds a cursor of OpenERP. */
  readonly maxCursor: number;
  /** How long pages are sent away one after the other when the sidecar is asked to stop. */
  readonly drainSeconds: number;
  /** What a proxy knows this sidecar by: the end of the ids of its connections. Null for none. */
  readonly route: string | null;
  /** Load server modules anew whenever one of their files changes. */
  readonly dev: boolean;
  /** What third parties may send, and how long server modules may take. */
  readonly limits: Limits;
  /** The OpenERP configuration file that was read. */
  readonly configFile: string | null;
  readonly logFormat: LogFormat;
}

const ANY_INTERFACE = '0.0.0.0';
/** With what follows a drain, the process ends within 30 s of its signal: service managers kill what takes longer. */
const LONGEST_DRAIN_SECONDS = 12;

/**
 * Puts the settings together: flags win over the environment, that over `.env`, that over the OpenERP file, that over
 * defaults.
 *
 * @throws SidecarError `config_unreadable`, `config_invalid`, `option_invalid`, `option_unsupported`, `service_missing`,
 * `database_unnamed`
 */
export function readSettings(sources: Sources): Settings {
  const { flags, variables: all, conf, configFile } = sources;
  const number = (name: string, otherwise: number) => toWholeNumber(all, name, { otherwise });
  const port = toPort(flags.port ?? all['WEB_SOCKETIO_PORT'] ?? '8068', '--port');
  const libpq = new LibpqParameters(sources);
  const databases = toDatabases(sources, libpq);
  return {
    databases,
    interface: flags.interface ?? all['WEB_SOCKETIO_INTERFACE'] ?? '127.0.0.1',
    port,
    openerpUrl: toUrl(flags.openerpUrl ?? all['WEB_SOCKETIO_OPENERP_URL'] ?? defaultUrl(conf)),
    transport: toTransport(all['WEB_SOCKETIO_TRANSPORT'] ?? 'auto'),
    postgres: readPostgres(sources, libpq),
    addonsPath: splitList(all['WEB_SOCKETIO_ADDONS_PATH'] ?? conf.get('addons_path') ?? '').map((path) =>
      sources.expand(path),
    ),
    retention: {
      eachHours: number('WEB_SOCKETIO_EACH_HOURS', 24),
      queueHours: number('WEB_SOCKETIO_QUEUE_HOURS', 7 * 24),
    },
    wakeUp: toSwitch(all, 'WEB_SOCKETIO_BELL', true),
    maxAttempts: number('WEB_SOCKETIO_MAX_ATTEMPTS', 5),
    maxCursor: readMaxCursor(sources),
    drainSeconds: toWholeNumber(all, 'WEB_SOCKETIO_DRAIN_SECONDS', {
      ...{ otherwise: 10, least: 0, most: LONGEST_DRAIN_SECONDS },
    }),
    route: toRoute(all['WEB_SOCKETIO_ROUTE'] ?? null),
    limits: readLimits(all),
    dev: flags.dev ?? false,
    configFile,
    logFormat: readLogFormat(sources),
  };
}

/**
 * The form of log lines. Apart from the others, so that their errors have that form, too.
 *
 * @throws SidecarError `option_invalid`
 */
export function readLogFormat({ flags, variables }: Sources): LogFormat {
  const text = flags.logFormat ?? variables['WEB_SOCKETIO_LOG_FORMAT'] ?? 'openerp';
  if (text === 'openerp' || text === 'json') return text;
  throw new SidecarError('option_invalid', `'${text}' is no --log-format. Give openerp or json.`);
}

/** @throws SidecarError `database_unnamed`, `option_invalid` */
function toDatabases({ flags, variables, conf, configFile }: Sources, libpq: LibpqParameters): string[] {
  const named = flags.database ?? variables['WEB_SOCKETIO_DATABASE'] ?? conf.get('db_name');
  const single = libpq.get('dbname');
  const databases = named === undefined ? (single === undefined ? [] : [single]) : readDatabaseNames(named);
  if (databases.length === 0) {
    throw new SidecarError(
      'database_unnamed',
      `No database is named. Give -d mydb, set WEB_SOCKETIO_DATABASE, or set db_name in the configuration file (${configFile ?? `none of ${USUAL_FILES.join(', ')} is there`}).`,
    );
  }
  // A connection string would be taken for a name, and its password stand in the log.
  if (databases.some((name) => name.includes('://'))) {
    throw new SidecarError(
      'option_invalid',
      'A database is given by its name alone: give -d mydb, and where PostgreSQL is by WEB_SOCKETIO_DB_HOST and the like.',
    );
  }
  return databases;
}

/** Where OpenERP listens: up to Odoo 10.0 the keys begin with xmlrpc, later series take both. */
function defaultUrl(conf: OdooConf): string {
  const port = conf.get('http_port') ?? conf.get('xmlrpc_port') ?? '8069';
  const host = conf.get('http_interface') ?? conf.get('xmlrpc_interface') ?? ANY_INTERFACE;
  const address = host === ANY_INTERFACE || host === '::' ? '127.0.0.1' : host;
  return `http://${address.includes(':') ? `[${address}]` : address}:${toPort(port, 'http_port')}`;
}

function toUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new SidecarError(
      'option_invalid',
      `'${text}' is no --openerp-url. Give one such as http://127.0.0.1:8069.`,
    );
  }
  // Not quoted: a name and a password may stand before the host.
  if (url.href !== `${url.origin}/`) {
    throw new SidecarError(
      'option_invalid',
      `--openerp-url says more than '${url.origin}'. Give only that: OpenERP is asked at its root.`,
    );
  }
  return url.origin;
}

function toRoute(text: string | null): string | null {
  if (text === null || /^[A-Za-z0-9_-]{1,32}$/.test(text)) return text;
  throw new SidecarError(
    'option_invalid',
    `'${text}' is no WEB_SOCKETIO_ROUTE. Give the proxy's name for this sidecar, up to 32 letters, digits, _ and -.`,
  );
}

function toTransport(text: string): Transport {
  if (text === 'auto' || text === 'json' || text === 'xmlrpc') return text;
  throw new SidecarError(
    'option_invalid',
    `'${text}' is no WEB_SOCKETIO_TRANSPORT. Give auto, json or xmlrpc.`,
  );
}

function toSwitch(all: Readonly<Record<string, string>>, name: string, otherwise: boolean): boolean {
  const text = all[name];
  if (text === undefined) return otherwise;
  if (text === 'on' || text === 'off') return text === 'on';
  throw new SidecarError('option_invalid', `'${text}' is no ${name}. Give on or off.`);
}

function splitList(text: string): string[] {
  const parts = text.split(/[,\n]/).map((part) => part.trim());
  return [...new Set(parts.filter((part) => part !== ''))];
}
