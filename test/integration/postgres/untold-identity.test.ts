import { randomBytes } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const modules = {
  base: `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class News extends AbstractAdapter { static channel = 'news'; static mode = 'each'; }
class Mine extends OpenERPNameSpace {
  recvConnect() { this.spawn('news', 'base', async () => { for (;;) this.emit('news', await this.listen(News)); }); }
}
SocketIO.addNamespace('/mine', Mine);
`,
};

/** A role that owns the tables, in a database whose server does not say which one it is: as Aurora's do. */
async function withhold(database: TestDatabase): Promise<{ user: string; password: string }> {
  const user = `owner_${randomBytes(4).toString('hex')}`;
  const password = randomBytes(8).toString('hex');
  await database.query(`
    REVOKE EXECUTE ON FUNCTION pg_control_system(), pg_current_wal_lsn(), pg_walfile_name(pg_lsn) FROM PUBLIC;
    CREATE ROLE ${user} LOGIN PASSWORD '${password}';
    GRANT ALL ON ALL TABLES IN SCHEMA public TO ${user};
    GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO ${user};
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO ${user}`);
  onTestFinished(async () => {
    await database.query(`DROP OWNED BY ${user}; DROP ROLE ${user}`);
  });
  return { user, password };
}

it('serves a database whose server tells neither its identity nor its timeline', async () => {
  const database = await TestDatabase.create();
  const { host, port } = database.server;
  const postgres = { host, port, ...(await withhold(database)) };
  const sidecar = await TestSidecar.start(database, modules, { postgres });
  const socket = await sidecar.connect('/mine', database.name, await database.addToken());
  const news = nextEvent(socket, 'news');
  await database.insert('news', { n: 1 });
  expect(await news).toEqual([[{ n: 1 }]]);
  const [state] = await database.query<{ epoch: string }>('SELECT epoch FROM web_socketio_state');
  expect(state?.epoch).toMatch(/^-:\d+:-:[0-9a-f]{8}$/);

  // One that sees more does not take it for another server.
  const other = await TestSidecar.start(database, modules);
  await other.connect('/mine', database.name, await database.addToken());
  expect(await database.query('SELECT epoch FROM web_socketio_state')).toEqual([state]);
});
