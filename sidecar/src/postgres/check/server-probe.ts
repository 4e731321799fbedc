import { closeClient } from '../connect/connection.ts';
import { dial } from '../connect/dial.ts';
import type { PostgresOptions } from '../connect/postgres-options.ts';

/** "The database system is shutting down", starting up, or in recovery after a crash. */
const CANNOT_CONNECT_NOW = '57P03';
/** What a server says, unlike Node's codes, such as EPIPE. */
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/;
/** The database that every server has. The one in question is left alone. */
const ANOTHER = 'postgres';

/**
 * Does the server live, whatever it thinks of us? Asked after an administrator has ended our connections: either the
 * whole server is being stopped, which lets nobody in from then on, or somebody wants that one database for himself.
 */
export async function serverLives(options: PostgresOptions): Promise<boolean> {
  try {
    await closeClient(await dial(options, ANOTHER));
    return true;
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? `${error.code}` : '';
    return SQLSTATE.test(code) && code !== CANNOT_CONNECT_NOW;
  }
}
