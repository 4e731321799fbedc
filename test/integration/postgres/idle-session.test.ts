import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { startPostgres } from '../../support/postgres/postgres.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class News extends AbstractAdapter { static channel = 'news'; static mode = 'each'; }
SocketIO.addNamespace('/mine', class extends OpenERPNameSpace {
  recvConnect() { this.spawn('news', 'base', async () => { for (;;) this.emit('news', await this.listen(News)); }); }
});
`;

it.each([15, 18] as const)('stays connected where idle sessions are ended (PostgreSQL %i)', async (major) => {
  const server = await startPostgres(major, { fsync: 'off', idle_session_timeout: '2s' });
  onTestFinished(() => server.stop());
  const database = await TestDatabase.create(server);
  const sidecar = await TestSidecar.start(database, { base: MODULE });
  const socket = await sidecar.connect('/mine', database.name, await database.addToken());
  const ofPostgres = () => sidecar.log.split('\n').filter((line) => line.includes(` ${database.name} `));
  const before = ofPostgres();
  const answers = new Set<number>();
  // Each of these is ended after two seconds, as the sidecar's own would be.
  for (let number = 0; number < 4; number += 1) {
    const witness = new pg.Client(database.config);
    witness.on('error', () => undefined);
    await witness.connect();
    const ended = new Promise<boolean>((resolve) => witness.once('end', () => resolve(true)));
    while (!(await Promise.race([ended, readyz(sidecar).then((status) => answers.add(status) && false)])));
  }
  expect([...answers]).toEqual([200]);
  expect(ofPostgres()).toEqual(before);
  const got = nextEvent(socket, 'news');
  await database.insert('news', { text: 'here' });
  expect(await got).toEqual([[{ text: 'here' }]]);
});

/** After a moment, so that the one core is not busy with this. */
async function readyz({ url }: TestSidecar): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return (await fetch(`${url}/readyz`)).status;
}
