import type { PostgresAddress } from '../support/postgres/postgres.ts';
import { TestDatabase } from '../support/postgres/test-database.ts';

/** In the sender's transaction, so that it holds what was committed, and only that, whoever was killed meanwhile. */
export const LEDGER = `
CREATE TABLE chaos_ledger (id bigint PRIMARY KEY, channel text NOT NULL);
CREATE FUNCTION chaos_note() RETURNS trigger LANGUAGE plpgsql AS $note$
BEGIN
    IF NEW.channel LIKE 'chaos_%' THEN
        INSERT INTO chaos_ledger VALUES (NEW.id, NEW.channel);
    END IF;
    RETURN NULL;
END
$note$;
CREATE TRIGGER chaos_note AFTER INSERT ON web_socketio_message FOR EACH ROW EXECUTE PROCEDURE chaos_note();
INSERT INTO ir_module_module (name, state) VALUES ('web_socketio_chaos', 'installed');
`;

/** A database in which the suite's module is installed, and which keeps a ledger of what was sent. */
export async function openDatabase(server?: PostgresAddress): Promise<TestDatabase> {
  const database = await TestDatabase.create(server);
  await database.query(LEDGER);
  return database;
}

/** The ids of all messages that were committed to a channel. */
export async function readLedger(database: TestDatabase, channel: string): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    'SELECT id::text FROM chaos_ledger WHERE channel = $1 ORDER BY chaos_ledger.id',
    [`chaos_${channel}`],
  );
  return rows.map(({ id }) => id);
}

/** The ids of the queue's messages that nobody has confirmed. */
export async function readQueue(database: TestDatabase): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `SELECT id::text FROM web_socketio_message WHERE channel = 'chaos_queue'`,
  );
  return rows.map(({ id }) => id);
}

/** Of those, the ones that no handler takes until it is cured. */
export async function readPoisons(database: TestDatabase): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `SELECT id::text FROM web_socketio_message WHERE channel = 'chaos_queue' AND "values"->>'poison' = 'true'`,
  );
  return rows.map(({ id }) => id);
}

/** Puts the queue's dead letters back. @returns how many there were */
export async function requeue(database: TestDatabase): Promise<number> {
  const rows = await database.query(
    `SELECT web_socketio_requeue(id) FROM web_socketio_message WHERE channel = 'chaos_queue' AND dead IS NOT NULL`,
  );
  return rows.length;
}
