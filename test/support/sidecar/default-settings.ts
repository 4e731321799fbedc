import { OptionReader } from '../../../sidecar/src/config/option-reader.ts';
import { readSettings, type Settings } from '../../../sidecar/src/config/settings.ts';
import { Sources } from '../../../sidecar/src/config/sources.ts';
import type { PostgresAddress } from '../postgres/postgres.ts';
import { NO_ODOO } from './sidecar-command.ts';

/** What holds where these variables alone are given, whatever this machine's own environment and files say. */
export function settingsOf(variables: Readonly<Record<string, string>>): Settings {
  const env = { WEB_SOCKETIO_DATABASE: 'mydb', WEB_SOCKETIO_CONFIG: '/dev/null', ...variables };
  return readSettings(
    new OptionReader(new Sources({ flags: {}, env, cwd: '/nonexistent', home: '/nonexistent' })),
  );
}

/** Those of a sidecar in this process, for all tests that do not say otherwise. */
export function usualSettings(
  { host, port, user, password }: PostgresAddress,
  databases: readonly string[],
): Settings {
  return {
    ...settingsOf({}),
    databases,
    port: 0,
    odooUrl: NO_ODOO,
    postgres: { host, port, user, password },
    addonsPath: [],
    drainSeconds: 1,
  };
}
