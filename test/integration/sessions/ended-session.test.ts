import { expect, it } from 'vitest';
import { RawWebSocket } from '../../support/network/raw-web-socket.ts';
import { SlowLink } from '../../support/network/slow-link.ts';
import { sha256 } from '../../support/postgres/catalog/database-schema.ts';
import type { TestDatabase } from '../../support/postgres/test-database.ts';
import { startLookedAt } from '../../support/sidecar/looking-odoo.ts';
import { nextEvent } from '../../support/sidecar/test-sidecar.ts';

/** It goes on after its socket has gone, as no handler should. */
const MODULE = `
import { OpenERPNameSpace, SocketIO } from 'web_socketio';
SocketIO.addNamespace('/mine', class extends OpenERPNameSpace {
  on_ping() { return 'pong'; }
  on_pour() { for (let n = 0; n < 40; n += 1) this.emit('drop', 'x'.repeat(50_000)); }
  async on_loop() {
    for (let times = 0; times < 40; times += 1) {
      await this.model('res.users').read([times]).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
});
SocketIO.addNamespace('/leaves', class extends OpenERPNameSpace {
  recvDisconnect() {
    let times = 0;
    const timer = setInterval(() => {
      times += 1;
      if (times === 20) clearInterval(timer);
      this.model('res.users').read([times]).catch(() => undefined);
    }, 50);
  }
});
SocketIO.addNamespace('/other', class extends OpenERPNameSpace {});
`;
const FRESH = 0;

async function start() {
  const parts = await startLookedAt(MODULE);
  const { database } = parts;
  const logOut = (session: string) =>
    database.query('SELECT web_socketio_end_session($1)', [sha256(session)]);
  return { ...parts, logOut };
}

it('stays ended on a connection that asks for its namespaces again, with a token or without', async () => {
  const { database, sidecar, connect, logOut, db } = await start();
  const good = await database.addToken();
  await connect(good);
  const token = await database.addToken({ session: 'ends' });
  const raw = await RawWebSocket.connect(sidecar.url, '/mine', { db, token });
  await logOut('ends');
  await expect.poll(() => raw.messages.join()).toContain('41/mine');
  for (const [path, auth] of [
    ['/mine', { db }],
    ['/mine', { db, token: good }],
    ['/other', { db }],
  ] as const) {
    const seen = raw.messages.length;
    raw.send(`40${path},${JSON.stringify(auth)}`);
    await expect.poll(() => raw.messages.slice(seen).join()).toContain(`44${path},`);
    expect(raw.messages.slice(seen).join()).toContain('session_ended');
  }
  expect(raw.messages.filter((message) => message.startsWith('40/'))).toHaveLength(1);
});

it('is told to each namespace of a connection before that is closed', async () => {
  const { database, sidecar, connect, db } = await start();
  await connect(await database.addToken());
  const token = await database.addToken({ session: 'pauses' });
  const raw = await RawWebSocket.connect(sidecar.url, '/mine', { db, token });
  raw.send(`40/other,${JSON.stringify({ db, token })}`);
  await raw.next((message) => message.startsWith('40/other,'));
  await lock(database, 'pauses');
  await raw.closed;
  for (const path of ['/mine', '/other']) {
    const end = raw.messages.find((message) => message.startsWith(`42${path},["web_socketio.end"`));
    expect(end).toContain('session_locked');
  }
});

it.each([
  ['ends', '["web_socketio.end",{"code":"session_ended"'],
  ['is locked', '["web_socketio.end",{"code":"session_locked"'],
])('keeps what waits for a slow page from a user whose session %s', async (what, end) => {
  const { database, sidecar, connect, logOut, db } = await start();
  await connect(await database.addToken());
  // The first of two megabytes arrives long before the last, however late a busy machine ends the session.
  const link = await SlowLink.open(sidecar.url, 100_000);
  const token = await database.addToken({ session: 'mine' });
  const raw = await RawWebSocket.connect(link.url, '/mine', { db, token });
  raw.send('42/mine,["pour"]');
  const isDrop = (message: string) => message.startsWith('42/mine,["drop"');
  await raw.next(isDrop);
  if (what === 'ends') await logOut('mine');
  else await lock(database, 'mine');
  await raw.next((message) => message.startsWith(`42/mine,${end}`));
  expect(raw.messages.filter(isDrop).length).toBeLessThan(40);
});

it('gives handlers that go on after the end nothing that works in OpenERP', async () => {
  const { database, odoo, connect, logOut } = await start();
  const token = await database.addToken({ session: 'loops' });
  const credentials: string[] = [];
  odoo.call = (credential) => {
    credentials.push(credential);
    return { result: [] };
  };
  const socket = await connect(token);
  const gone = nextEvent(socket, 'disconnect');
  socket.emit('loop');
  await expect.poll(() => credentials.length).toBeGreaterThan(1);
  await logOut('loops');
  await gone;
  const before = credentials.length;
  await expect.poll(() => credentials.length).toBeGreaterThan(before + 3);
  expect(new Set(credentials)).toEqual(new Set([token]));
});

it('gives what a disconnect handler leaves behind nothing that works either', async () => {
  const { database, odoo, sidecar, db } = await start();
  const token = await database.addToken();
  const credentials: string[] = [];
  odoo.call = (credential) => {
    credentials.push(credential);
    return { result: [] };
  };
  (await sidecar.connect('/leaves', db, token)).disconnect();
  await expect.poll(() => credentials.length).toBeGreaterThan(3);
  expect(new Set(credentials)).toEqual(new Set([token]));
});

it('ends a page when OpenERP says so, although nobody could write that into its row', async () => {
  const { database, odoo, sidecar, connect, db } = await start();
  const token = await database.addToken({ checkedSecondsAgo: FRESH });
  const socket = await connect(token);
  odoo.look = () => 'over';
  const end = nextEvent(socket, 'web_socketio.end');
  await database.insert('web_socketio.control', {
    ...{ type: 'look', session_hash: (await hashOf(database, token)).toString('hex') },
  });
  expect(await end).toMatchObject([{ code: 'session_ended', retry: false }]);
  // Nor does it believe the row afterwards, however often somebody comes back.
  odoo.look = () => 'unknown';
  expect(await sidecar.refusal('/mine', { db, token })).toMatchObject({ code: 'session_ended' });
});

it('is looked for in all pages of a user who changed, also in one whose row does not say so and that comes later', async () => {
  const { database, odoo, connect } = await start();
  const [there, later] = [
    await database.addToken({ uid: 2, checkedSecondsAgo: FRESH }),
    await database.addToken({ uid: 2, checkedSecondsAgo: FRESH }),
  ];
  await connect(there);
  await database.insert('web_socketio.control', { type: 'proof_due', uid: 2 });
  await expect.poll(() => odoo.tokens.flat()).toEqual([there]);
  await connect(later);
  await expect.poll(() => odoo.tokens.flat()).toContain(later);
});

it('is known at the handshake of a page that nobody has looked at for more than a minute', async () => {
  const { database, odoo, sidecar, connect, db } = await start();
  await connect(await database.addToken());
  odoo.look = () => 'over';
  const token = await database.addToken({ checkedSecondsAgo: 61 });
  expect(await sidecar.refusal('/mine', { db, token })).toMatchObject({
    code: 'session_ended',
    retry: false,
  });
});

async function lock(database: TestDatabase, session: string): Promise<void> {
  const hash = sha256(session);
  await database.query('UPDATE web_socketio_session SET locked = now() WHERE session_hash = $1', [hash]);
  await database.insert('web_socketio.control', { type: 'locked', session_hash: hash.toString('hex') });
}

async function hashOf(database: TestDatabase, token: string): Promise<Buffer> {
  const [row] = await database.query(
    'SELECT session_hash FROM web_socketio_session WHERE token_sha256 = $1',
    [sha256(token)],
  );
  const hash: unknown = row?.['session_hash'];
  if (!Buffer.isBuffer(hash)) throw new Error('The token has no row.');
  return hash;
}
