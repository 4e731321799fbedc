import pg from 'pg';
import { expect, it, onTestFinished, vi } from 'vitest';
import { SessionTable } from '../../../sidecar/src/postgres/tables/session-table.ts';
import { RawWebSocket } from '../../support/network/raw-web-socket.ts';
import { sha256 } from '../../support/postgres/catalog/database-schema.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const ECHO = `
import { OpenERPNameSpace, SocketIO } from 'web_socketio';
class Echo extends OpenERPNameSpace {
  on_who() { return this.session; }
  on_shout() { return this.broadcastEvent('shout'); }
}
SocketIO.addNamespace('/echo', Echo);
`;
const ABSENT = ECHO.replace('/echo', '/absent');
const modules = { web_socketio_demo: ECHO, not_installed: ABSENT };

it('lets a page with a good token in, as its user', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, modules);
  const socket = await sidecar.connect('/echo', database.name, await database.addToken({ uid: 2 }));
  expect(await socket.emitWithAck('who')).toEqual({ db: database.name, uid: 2, context: {} });
});

it('refuses what is no good proof with a code, and whether it is worth another try', async () => {
  const database = await TestDatabase.create();
  const other = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, modules);
  const ended = await database.addToken({ session: 'ended' });
  const due = await database.addToken({ uid: 2 });
  await database.query(`UPDATE web_socketio_session SET ended = now() WHERE uid = 1`);
  await database.query(`UPDATE res_users SET password = 'new' WHERE id = 2`);
  const refused = async (path: string, auth: object) => {
    const { code, retry } = await sidecar.refusal(path, auth);
    return `${code} ${retry}`;
  };
  const db = database.name;
  expect(await refused('/echo', { db, token: 'wsio_unknown' })).toBe('token_unknown true');
  expect(await refused('/echo', { db, token: await database.addToken({ expiresInSeconds: -1 }) })).toBe(
    'token_expired true',
  );
  expect(await refused('/echo', { db, token: ended })).toBe('session_ended false');
  expect(await refused('/echo', { db, token: due })).toBe('session_unproved true');
  expect(await refused('/echo', { db, token: await other.addToken() })).toBe('token_unknown true');
  expect(await refused('/echo', { db: other.name, token: await other.addToken() })).toBe(
    'database_unknown false',
  );
  expect(await refused('/nobody', { db, token: await database.addToken() })).toBe('namespace_unknown false');
  expect(await refused('/absent', { db, token: await database.addToken() })).toBe(
    'namespace_not_installed false',
  );
  expect(await refused('/echo', {})).toBe('database_unknown false');
});

it('asks a page without a token for its session, and lets nothing else through before', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, modules);
  await sidecar.connect('/echo', database.name, await database.addToken());
  const socket = sidecar.open('/echo', { db: database.name });
  const asked = nextEvent(socket, 'get session id');
  socket.connect();
  await asked;
  expect(await socket.emitWithAck('who')).toMatchObject({ ok: false, code: 'session_missing' });
  socket.emit('session id', { token: await database.addToken({ uid: 3 }) });
  await expect.poll(() => socket.emitWithAck('who')).toMatchObject({ uid: 3 });
});

it('refuses the token of another session on a connection that has one', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, modules);
  const socket = await sidecar.connect('/echo', database.name, await database.addToken({ uid: 2 }));
  const end = nextEvent(socket, 'web_socketio.end');
  socket.emit('session id', { token: await database.addToken({ uid: 3 }) });
  expect(await end).toMatchObject([{ code: 'session_mismatch', retry: false }]);
});

it('reads the rows of all handshakes of a moment with one query', async () => {
  const database = await TestDatabase.create();
  const tokens = await Promise.all(Array.from({ length: 40 }, () => database.addToken({ uid: 2 })));
  const pool = new pg.Pool(database.config);
  onTestFinished(() => pool.end());
  const query = vi.spyOn(pool, 'query');
  const table = new SessionTable(pool);
  const found = await Promise.all(
    [...tokens, 'unknown'].map((token) => table.find(sha256(token).toString('hex'))),
  );
  expect(found.map((proof) => proof?.uid)).toEqual([...tokens.map(() => 2), undefined]);
  expect(query).toHaveBeenCalledTimes(1);
});

it('forgets a namespace that nobody declared', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, modules);
  const refusal = await sidecar.refusal(`/${'x'.repeat(300)}`, { db: database.name });
  expect(refusal.message).toContain(`'/${'x'.repeat(99)}'`);
  expect(refusal.message.length).toBeLessThan(300);
});

it('reaches with broadcasts a page that connected while another was refused', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, modules);
  const db = database.name;
  await sidecar.refusal('/echo', { db, token: 'wsio_unknown' });
  const [page, stranger] = [await RawWebSocket.open(sidecar.url), await RawWebSocket.open(sidecar.url)];
  page.send(`40/echo,${JSON.stringify({ db, token: await database.addToken() })}`);
  // Refused at once, while the database is still being asked for the page's token.
  stranger.send('40/echo,{}');
  await page.next((message) => message.startsWith('40/echo,'));
  const socket = await sidecar.connect('/echo', db, await database.addToken());
  await socket.emitWithAck('shout');
  expect(await page.next((message) => message.includes('shout'))).toBe('42/echo,["shout"]');
});
