import { fileURLToPath } from 'node:url';
import type { PostgresAddress } from '../postgres/postgres.ts';

/** The built sidecar. */
export const MAIN = fileURLToPath(new URL('../../../sidecar/dist/main.js', import.meta.url));
/** Where nobody answers: what needs Odoo is tested against a real one. */
export const NO_ODOO = 'http://127.0.0.1:1';

/** For a sidecar whose configuration file says the rest. */
export const NO_ODOO_VARIABLES: Readonly<Record<string, string>> = { WEB_SOCKETIO_ODOO_URL: NO_ODOO };

/** The variables by which a sidecar's process finds a server of the tests; there is no Odoo. */
export function serverVariables({ host, port, user, password }: PostgresAddress): Record<string, string> {
  return {
    ...NO_ODOO_VARIABLES,
    WEB_SOCKETIO_DB_HOST: host,
    WEB_SOCKETIO_DB_PORT: `${port}`,
    WEB_SOCKETIO_DB_USER: user,
    WEB_SOCKETIO_DB_PASSWORD: password,
  };
}
