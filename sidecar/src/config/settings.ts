import { SidecarError } from '../api/sidecar-error.ts';
import type { PostgresOptions } from '../postgres/connect/postgres-options.ts';
import { readPostgres } from './libpq/postgres-settings.ts';
import type { OptionReader } from './option-reader.ts';
import { LIMITS } from './options/limit-options.ts';
import type { Values } from './options/option.ts';
import { RETENTION, SERVER } from './options/server-options.ts';
import { USUAL_FILES } from './sources.ts';

/** What third parties may send, and how long server modules may take. */
export type Limits = Values<typeof LIMITS>;

/** All that the sidecar has to know to run. */
export interface Settings extends Values<typeof SERVER> {
  readonly postgres: PostgresOptions;
  readonly retention: Values<typeof RETENTION>;
  readonly limits: Limits;
  /** Load server modules anew whenever one of their files changes. */
  readonly dev: boolean;
}

/**
 * Puts the settings together: flags win over the environment, that over `.env`, that over Odoo's file, that over libpq, and
 * that over defaults.
 *
 * @throws SidecarError `config_unreadable`, `config_invalid`, `option_invalid`, `option_unsupported`, `service_missing`,
 * `database_unnamed`
 */
export function readSettings(reader: OptionReader): Settings {
  const server = reader.values(SERVER);
  if (server.databases.length === 0) {
    throw new SidecarError(
      'database_unnamed',
      `No database is named. Give -d mydb, set WEB_SOCKETIO_DATABASE, or set db_name in the configuration file (${server.configFile ?? `none of ${USUAL_FILES.join(', ')} is there`}).`,
    );
  }
  return {
    ...server,
    postgres: readPostgres(reader),
    retention: reader.values(RETENTION),
    limits: reader.values(LIMITS),
    dev: reader.sources.flags.dev ?? false,
  };
}
