import type { Socket } from 'socket.io-client';
import { expect, it } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class Work extends AbstractAdapter { static channel = 'work'; }
class News extends AbstractAdapter { static channel = 'news'; static mode = 'each'; }
class Worker extends OpenERPNameSpace {
  async recvConnect() { for (;;) await this.secureEmit(Work, 'work', await this.listen(Work)); }
}
class Reader extends OpenERPNameSpace {
  async recvConnect() { for (;;) await this.secureEmit(News, 'news', await this.listen(News)); }
}
SocketIO.addNamespace('/work', Worker);
SocketIO.addNamespace('/news', Reader);
`;
async function start() {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, { web_socketio_demo: MODULE });
  const connect = async (path: string) =>
    collect(await sidecar.connect(path, database.name, await database.addToken()), path.slice(1));
  const ready = async () => {
    const response = await fetch(`${sidecar.url}/readyz`);
    const { databases, problems } = await response.json();
    const codes: string[] = problems.map(({ code }: { code: string }) => code);
    return { status: response.status, is: databases[database.name], codes: [...new Set(codes)] };
  };
  /** The lines of the log that say something of this kind. */
  const said = (text: string) => sidecar.lines.filter((line) => line.includes(text));
  return { database, sidecar, connect, ready, said };
}

function collect(socket: Socket, event: string): unknown[] {
  const got: unknown[] = [];
  socket.on(event, (values: object[], acknowledge: (answer: object) => void) => {
    got.push(...values);
    acknowledge({ ok: true });
  });
  return got;
}

/** Raises an error whenever something is done to a table. Unless told otherwise, PostgreSQL knows its code as little as we. */
async function refuse(database: TestDatabase, what: string, table: string, code = 'ZZ999') {
  await database.query(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $refuse$
    BEGIN RAISE EXCEPTION 'not on a Sunday' USING ERRCODE = '${code}'; END $refuse$;
    CREATE TRIGGER refuse BEFORE ${what} ON ${table} FOR EACH ROW EXECUTE PROCEDURE refuse();`);
  return () => database.query('DROP FUNCTION refuse() CASCADE');
}

const CONNECTED = { status: 200, is: 'connected', codes: [] };

it('says that a database is read-only while queues stand still, serves the rest of it, and says when that is over', async () => {
  const { database, connect, ready, said } = await start();
  const [work, news] = [await connect('/work'), await connect('/news')];
  await database.insert('work', { n: 1 });
  await expect.poll(() => work).toEqual([{ n: 1 }]);
  await database.query(`ALTER DATABASE ${database.name} SET default_transaction_read_only = on`);
  // The one that reads goes on; a new one that finds this at its start is refused.
  await database.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'web_socketio'
       AND pid NOT IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = 8068)`,
  );
  const writer = await database.connect();
  await writer.query('SET default_transaction_read_only = off');
  const send = (channel: string, n: number) =>
    writer.query(
      `INSERT INTO web_socketio_message (channel, "values") VALUES ($1, json_build_object('n', $2::int))`,
      [channel, n],
    );
  await send('work', 2);
  await expect.poll(ready).toEqual({ status: 200, is: 'database_read_only', codes: ['database_read_only'] });
  await send('news', 3);
  await expect.poll(() => news).toEqual([{ n: 3 }]);
  await expect.poll(() => said('database_read_only').join('')).toContain('This sidecar is not known');
  const lines = said('What waits in queues is given to nobody until then.');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(
    `ERROR ${database.name} web_socketio: database_read_only: Nothing can be written to '${database.name}': cannot execute`,
  );
  await writer.query(`ALTER DATABASE ${database.name} RESET default_transaction_read_only`);
  await expect.poll(() => work).toEqual([{ n: 1 }, { n: 2 }]);
  await expect.poll(ready).toEqual(CONNECTED);
  expect(said('Queues are served again')).toHaveLength(1);
});

it.each([
  [
    'a claim',
    'UPDATE',
    'web_socketio_message',
    'What waits in queues is given to nobody',
    'Queues are served again',
  ],
  [
    'a confirmation',
    'DELETE',
    'web_socketio_message',
    'are not deleted until then',
    'Confirmations are written again',
  ],
  [
    'the heartbeat',
    'INSERT OR UPDATE',
    'web_socketio_sidecar',
    'known to the others',
    'known to the others again',
  ],
])(
  'says what PostgreSQL says when it refuses %s, and when that is over',
  async (_what, verb, table, says, over) => {
    const { database, connect, ready, said } = await start();
    const work = await connect('/work');
    await database.insert('work', { n: 1 });
    await expect.poll(() => work).toEqual([{ n: 1 }]);
    await expect.poll(() => database.query('SELECT FROM web_socketio_message')).toEqual([]);
    const allow = await refuse(database, verb, table);
    await database.insert('work', { n: 2 });
    await expect.poll(ready).toEqual({ status: 200, is: 'postgres_error', codes: ['postgres_error'] });
    await expect
      .poll(() => said('postgres_error').join(''))
      .toContain(`PostgreSQL refuses a statement in '${database.name}': not on a Sunday (ZZ999).`);
    await expect.poll(() => said('postgres_error').join('')).toContain(says);
    await allow();
    await expect.poll(() => said(over).length).toBeGreaterThan(0);
    await expect.poll(ready).toEqual(CONNECTED);
    await expect.poll(() => database.query('SELECT FROM web_socketio_message')).toEqual([]);
    expect(work).toContainEqual({ n: 2 });
  },
);
