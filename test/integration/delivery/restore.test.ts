import { expect, it } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const ROW =
  '{"single": true, "epoch": "7:1:00000001:abc", "version": 3, "compatible": 3, "purged_txid": 0, "pulse": 3, "base": 0}';

it('waits for the end of a restore, and makes nothing that the dump has yet to make', async () => {
  const database = await TestDatabase.create();
  // In the order of pg_restore: tables and functions, rows with numbers of another server, indexes, triggers.
  await database.query(`
    DROP TRIGGER web_socketio_stamp ON web_socketio_message;
    DROP TRIGGER web_socketio_wake_up ON web_socketio_message;
    DELETE FROM web_socketio_state;
    INSERT INTO web_socketio_message (txid, channel) SELECT 1000000000000 + n, 'news' FROM generate_series(1, 20) AS n`);
  const sidecar = await TestSidecar.start(database, {});
  const expectLine = (line: RegExp) => expect.poll(() => sidecar.log).toMatch(line);
  await expectLine(
    /schema_incomplete: In '\w+' the table web_socketio_state has no row: a dump is being restored/,
  );
  await database.query(
    `INSERT INTO web_socketio_state SELECT * FROM json_populate_record(NULL::web_socketio_state, '${ROW}')`,
  );
  await expectLine(
    /schema_incomplete: .* web_socketio_message has no trigger .* odoo -d \w+ -u web_socketio\./,
  );
  expect(await (await fetch(`${sidecar.url}/readyz`)).json()).toMatchObject({
    databases: { [database.name]: 'schema_incomplete' },
  });
  await database.query(`
    CREATE TRIGGER web_socketio_stamp BEFORE INSERT OR UPDATE OF txid ON web_socketio_message
      FOR EACH ROW EXECUTE PROCEDURE web_socketio_stamp('0');
    ALTER TABLE web_socketio_message ENABLE ALWAYS TRIGGER web_socketio_stamp`);
  await expectLine(/Connected to PostgreSQL/);
  const [state] = await database.query('SELECT base > 900000000000 AS high FROM web_socketio_state');
  expect(state).toEqual({ high: true });
});
