import { readFileSync } from 'node:fs';
import type pg from 'pg';
import type { TestDatabase } from '../postgres/test-database.ts';
import { BUS_BUS } from './bus-table.ts';

const script = (name: string) =>
  readFileSync(new URL(`../../../addon/web_socketio_bus/data/${name}`, import.meta.url), 'utf8');

/** The SQL that the addon runs when it is installed, and when it is uninstalled. */
export const BUS_SCHEMA = script('schema.sql');
export const BUS_SCHEMA_DROP = script('schema_drop.sql');

/** Odoo's addon bus. */
export async function addOdooBus(database: TestDatabase): Promise<void> {
  await database.query(`${BUS_BUS} INSERT INTO ir_module_module (name, state) VALUES ('bus', 'installed')`);
}

/** The addon bus, if it is not there, and web_socketio_bus. */
export async function addBus(database: TestDatabase): Promise<void> {
  await database.query(
    `BEGIN; ${BUS_BUS} ${BUS_SCHEMA} DELETE FROM ir_module_module WHERE name = 'web_socketio_bus';
     INSERT INTO ir_module_module (name, state) VALUES ('web_socketio_bus', 'installed'); COMMIT`,
  );
}

/** Uninstalls web_socketio_bus. */
export async function removeBus(database: TestDatabase): Promise<void> {
  await database.query(
    `BEGIN; ${BUS_SCHEMA_DROP} DELETE FROM ir_module_module WHERE name = 'web_socketio_bus'; COMMIT`,
  );
}

/** As the ORM of Odoo inserts it. */
export const INSERT_NOTIFICATION = `
INSERT INTO bus_bus (create_uid, create_date, write_uid, write_date, channel, message)
VALUES (1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC', $1, $2) RETURNING id`;

/** A channel as it stands in the column. */
export function channelText(database: TestDatabase, name: string): string {
  return JSON.stringify([database.name, name]);
}

/** Sends one, in the transaction of a writer if there is one. @returns its id */
export async function sendNotification(
  client: Pick<pg.Client, 'query'>,
  channel: string,
  payload: unknown,
): Promise<number> {
  const { rows } = await client.query<{ id: number }>(INSERT_NOTIFICATION, [
    channel,
    JSON.stringify({ type: 'test', payload }),
  ]);
  return rows[0]?.id ?? 0;
}
