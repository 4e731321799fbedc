import { expect, it } from 'vitest';
import { sha256 } from '../../support/postgres/catalog/database-schema.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { OpenERPNameSpace, SocketIO } from 'web_socketio';
class MyNameSpace extends OpenERPNameSpace {
  on_ping() { return 'pong'; }
  async recvDisconnect() { await this.notify('gone', { uid: this.uid }); }
}
SocketIO.addNamespace('/mine', MyNameSpace);
SocketIO.addNamespace('/other', class extends MyNameSpace {});
`;

async function start() {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, { web_socketio_demo: MODULE });
  const connect = (token: string) => sidecar.connect('/mine', database.name, token);
  return { database, sidecar, connect };
}

it('closes every socket of a session that ends, with a code, and no other', async () => {
  const { database, connect } = await start();
  const one = await connect(await database.addToken({ uid: 2, session: 'ends' }));
  const two = await connect(await database.addToken({ uid: 2, session: 'ends' }));
  const stays = await connect(await database.addToken({ uid: 2, session: 'stays' }));
  const ends = [one, two].map((socket) => nextEvent(socket, 'web_socketio.end'));
  const closed = [one, two].map((socket) => nextEvent(socket, 'disconnect'));
  await database.query('SELECT web_socketio_end_session($1)', [sha256('ends')]);
  for (const end of await Promise.all(ends))
    expect(end).toMatchObject([{ code: 'session_ended', retry: false }]);
  await Promise.all(closed);
  expect(await stays.emitWithAck('ping')).toBe('pong');
});

it('asks for proof when the credentials change; who gives it stays, who does not is closed', async () => {
  const { database, connect } = await start();
  const token = await database.addToken({ uid: 2 });
  const renews = await connect(token);
  const silent = await connect(await database.addToken({ uid: 2 }));
  const stranger = await connect(await database.addToken({ uid: 3 }));
  const asked = [renews, silent].map((socket) => nextEvent(socket, 'get session id'));
  const end = nextEvent(silent, 'web_socketio.end');
  await database.query(`UPDATE res_users SET password = 'new' WHERE id = 2`);
  await Promise.all(asked);
  await database.query('UPDATE web_socketio_session SET proof_due = NULL WHERE token_sha256 = $1', [
    sha256(token),
  ]);
  renews.emit('session id', { token });
  expect(await end).toMatchObject([{ code: 'session_unproved', retry: true }]);
  expect(await renews.emitWithAck('ping')).toBe('pong');
  expect(await stranger.emitWithAck('ping')).toBe('pong');
});

it('closes a socket when its token expires, unless the row was renewed meanwhile', async () => {
  const { database, connect } = await start();
  // A busy machine needs seconds until both pages are in.
  const soon = { uid: 2, expiresInSeconds: 10 };
  const renewed = await database.addToken(soon);
  const stays = await connect(renewed);
  const expires = await connect(await database.addToken(soon));
  const end = nextEvent(expires, 'web_socketio.end');
  await database.query(
    `UPDATE web_socketio_session SET expires = now() + interval '1 hour' WHERE token_sha256 = $1`,
    [sha256(renewed)],
  );
  expect(await end).toMatchObject([{ code: 'token_expired', retry: true }]);
  expect(await stays.emitWithAck('ping')).toBe('pong');
});

it('notices the end of a session that it could not hear of', async () => {
  const { database, connect } = await start();
  const socket = await connect(await database.addToken({ session: 'ends' }));
  const end = nextEvent(socket, 'web_socketio.end');
  await database.query(`UPDATE web_socketio_session SET ended = now()`);
  await database.killSidecarBackends();
  expect(await end).toMatchObject([{ code: 'session_ended' }]);
});

it('believes the rows and not a control message that anybody wrote', async () => {
  const { database, connect } = await start();
  const socket = await connect(await database.addToken({ uid: 2, session: 'mine' }));
  await database.insert('web_socketio.control', {
    type: 'ended',
    session_hash: sha256('mine').toString('hex'),
  });
  await database.insert('web_socketio.control', { type: 'proof_due', uid: 2 });
  await database.insert('web_socketio.control', { type: 'ended' });
  await database.insert('web_socketio.control', { type: ['?'], uid: {} });
  // All of them have been read when this one has.
  const read = nextEvent(socket, 'read');
  await database.insert('web_socketio.control', {
    type: 'broadcast',
    path: '/mine',
    event: 'read',
    args: [],
  });
  await read;
  expect(await socket.emitWithAck('ping')).toBe('pong');
});

it('carries several namespaces over one connection, and ends all of them', async () => {
  const { database, connect } = await start();
  const token = await database.addToken({ session: 'ends' });
  const mine = await connect(token);
  const other = mine.io.socket('/other', { auth: { db: database.name, token } });
  const connected = nextEvent(other, 'connect');
  other.connect();
  await connected;
  const closed = [mine, other].map((socket) => nextEvent(socket, 'disconnect'));
  await database.query('SELECT web_socketio_end_session($1)', [sha256('ends')]);
  await Promise.all(closed);
});

it('runs the disconnect handler when the socket is gone', async () => {
  const { database, connect } = await start();
  const socket = await connect(await database.addToken({ uid: 3 }));
  socket.disconnect();
  await expect
    .poll(() => database.query(`SELECT uid, "values" FROM web_socketio_message WHERE channel = 'gone'`))
    .toEqual([{ uid: 3, values: { uid: 3 } }]);
});
