import pg from 'pg';
import { clientConfig, closeClient, type PostgresOptions } from './connection.ts';

/**
 * Opens one connection to a database: every connection of the sidecar begins here.
 *
 * @returns a connected client with a listener for errors, since one without ends the process; whoever gets it closes it
 * @throws what PostgreSQL or the network says
 */
export async function dial(options: PostgresOptions, database: string): Promise<pg.Client> {
  const client = new pg.Client(clientConfig(options, database));
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await closeClient(client);
    throw error;
  }
}
