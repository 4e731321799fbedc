import { expect, it } from 'vitest';
import { sha256 } from '../../support/postgres/catalog/database-schema.ts';
import { startLookedAt } from '../../support/sidecar/looking-odoo.ts';
import { nextEvent, outcome } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { OpenERPNameSpace, SocketIO } from 'web_socketio';
SocketIO.addNamespace('/mine', class extends OpenERPNameSpace {
  on_ping() { return 'pong'; }
  on_context() { return this.session.context; }
  on_read() { return this.model('res.users').read([1]); }
  async recvDisconnect() { await this.model('res.users').write([1], {}).catch(() => undefined); }
});
`;
/** Never yet due, and due within a few seconds. */
const [FRESH, NEARLY_DUE] = [0, 36];
async function start() {
  const parts = await startLookedAt(MODULE);
  const { database } = parts;
  const set = (token: string, assignment: string) =>
    database.query(`UPDATE web_socketio_session SET ${assignment} WHERE token_sha256 = $1`, [sha256(token)]);
  return { ...parts, set };
}

it('ends a page when OpenERP ends its session and nobody says so', async () => {
  const { database, odoo, connect } = await start();
  const token = await database.addToken({ session: 'ends', checkedSecondsAgo: NEARLY_DUE });
  const stays = await connect(await database.addToken({ checkedSecondsAgo: FRESH }));
  const socket = await connect(token);
  odoo.look = async (asked) => {
    if (asked !== token) return 'live';
    await database.query('UPDATE web_socketio_session SET ended = now() WHERE token_sha256 = $1', [
      sha256(token),
    ]);
    return 'over';
  };
  expect(await nextEvent(socket, 'web_socketio.end')).toMatchObject([
    { code: 'session_ended', retry: false },
  ]);
  expect(await stays.emitWithAck('ping')).toBe('pong');
});

it('has a session looked at that nobody has looked at for long as soon as its page is there, and lets it in', async () => {
  const { database, odoo, connect } = await start();
  const token = await database.addToken({ checkedSecondsAgo: 300, origin: 'https://erp.example.com' });
  const never = await connect(await database.addToken());
  const socket = await connect(token);
  await expect.poll(() => odoo.tokens).toEqual([[token]]);
  expect(odoo.asked[0]?.headers).toMatchObject({
    ...{ host: 'erp.example.com', 'x-forwarded-host': 'erp.example.com', 'x-forwarded-proto': 'https' },
    ...{ 'content-type': 'text/plain', 'x-odoo-database': database.name },
  });
  expect(odoo.asked[0]?.headers).not.toHaveProperty('cookie');
  expect(await socket.emitWithAck('ping')).toBe('pong');
  expect(await never.emitWithAck('ping')).toBe('pong');
});

it('sends a page away while its session is locked, and lets it in when it is unlocked', async () => {
  const { database, odoo, sidecar, connect, set, db } = await start();
  const token = await database.addToken({ checkedSecondsAgo: FRESH });
  await connect(await database.addToken());
  odoo.look = () => 'live';
  const socket = await connect(token);
  odoo.look = async () => {
    await set(token, 'locked = now()');
    return 'locked';
  };
  const end = nextEvent(socket, 'web_socketio.end');
  const closed = nextEvent(socket, 'disconnect');
  // Refused, which is a reason to look at once.
  odoo.call = () => ({ refused: 'locked' });
  const refused = await socket.emitWithAck('read');
  expect(refused).toMatchObject({ ok: false, code: 'access_denied' });
  expect(refused.message).toContain('the session is locked in Odoo');
  expect(await end).toMatchObject([{ code: 'session_locked', retry: true }]);
  // The transport, so that the page comes back by itself.
  expect(await closed).toEqual(['transport close', expect.anything()]);
  expect(await sidecar.refusal('/mine', { db, token })).toMatchObject({
    code: 'session_locked',
    retry: true,
  });
  odoo.look = async () => {
    await set(token, 'locked = NULL, checked = now()');
    return 'renewed';
  };
  const back = await connect(token);
  expect(await back.emitWithAck('ping')).toBe('pong');
});

it('judges a locked page by its row when OpenERP does not answer', async () => {
  const { database, odoo, sidecar, connect, set, db } = await start();
  const token = await database.addToken({ checkedSecondsAgo: FRESH });
  await connect(await database.addToken());
  await set(token, 'locked = now()');
  odoo.instead = () => undefined;
  expect(await sidecar.refusal('/mine', { db, token })).toMatchObject({
    code: 'session_locked',
    retry: true,
  });
  expect(odoo.tokens).toEqual([[token]]);
  odoo.instead = null;
});

it('asks OpenERP for the proof that is due, and the page only if OpenERP cannot tell', async () => {
  const { database, odoo, connect, set } = await start();
  const [good, moved] = [
    await database.addToken({ uid: 2, checkedSecondsAgo: FRESH }),
    await database.addToken({ uid: 2, checkedSecondsAgo: FRESH }),
  ];
  const stays = await connect(good);
  const proves = await connect(moved);
  const asked: string[] = [];
  stays.on('get session id', () => asked.push('stays'));
  odoo.look = async (token) => {
    if (token === moved) return 'unproved';
    await set(token, 'proof_due = NULL, checked = now()');
    return 'renewed';
  };
  const wanted = nextEvent(proves, 'get session id');
  await database.query(`UPDATE res_users SET password = 'new' WHERE id = 2`);
  await wanted;
  await set(moved, 'proof_due = NULL');
  proves.emit('session id', { token: moved });
  expect(await proves.emitWithAck('ping')).toBe('pong');
  // Longer than a proof may take: a page that is asked nothing, and whose proof is not taken for given, is closed.
  odoo.look = () => 'live';
  const late = await connect(await database.addToken({ uid: 2 }));
  const end = nextEvent(late, 'web_socketio.end');
  await database.query(`UPDATE web_socketio_session SET proof_due = now() WHERE checked IS NULL`);
  await database.insert('web_socketio.control', { type: 'proof_due', uid: 2 });
  expect(await end).toMatchObject([{ code: 'session_unproved', retry: true }]);
  expect(await stays.emitWithAck('ping')).toBe('pong');
  expect(asked).toEqual([]);
  expect(new Set(odoo.tokens.flat())).toEqual(new Set([good, moved]));
});

it('follows the row when OpenERP has written a new one: the context, and the time until which it is good', async () => {
  const { database, odoo, connect, set } = await start();
  const token = await database.addToken({ expiresInSeconds: 10, checkedSecondsAgo: 300 });
  odoo.look = async () => {
    const context = `context = '{"lang": "fr_FR", "allowed_company_ids": [2]}'`;
    await set(token, `${context}, expires = now() + interval '1 hour', checked = now()`);
    return 'renewed';
  };
  const socket = await connect(token);
  const expires = await connect(await database.addToken({ expiresInSeconds: 11 }));
  await expect.poll(() => socket.emitWithAck('context')).toEqual({ lang: 'fr_FR', allowed_company_ids: [2] });
  expect(await nextEvent(expires, 'web_socketio.end')).toMatchObject([{ code: 'token_expired' }]);
  expect(await socket.emitWithAck('ping')).toBe('pong');
});

it('has a page fetch another token when OpenERP has deleted its row', async () => {
  const { database, odoo, connect } = await start();
  const token = await database.addToken({ session: 'other user', checkedSecondsAgo: NEARLY_DUE });
  const socket = await connect(token);
  odoo.look = async () => {
    await database.query('DELETE FROM web_socketio_session WHERE token_sha256 = $1', [sha256(token)]);
    return 'unknown';
  };
  expect(await nextEvent(socket, 'web_socketio.end')).toMatchObject([{ code: 'token_unknown', retry: true }]);
});

it('hears at once of rows that were deleted, by a control message', async () => {
  const { database, connect } = await start();
  const socket = await connect(await database.addToken({ session: 'gone' }));
  const end = nextEvent(socket, 'web_socketio.end');
  await database.query('DELETE FROM web_socketio_session');
  await database.insert('web_socketio.control', {
    ...{ type: 'ended', session_hash: sha256('gone').toString('hex') },
  });
  expect(await end).toMatchObject([{ code: 'token_unknown', retry: true }]);
});

it('ends nobody while OpenERP cannot be asked, says so once, and says when it can', async () => {
  const { database, odoo, sidecar, connect } = await start();
  odoo.instead = (response) => response.writeHead(500).end('busy');
  const first = await connect(await database.addToken({ checkedSecondsAgo: 300 }));
  await expect.poll(() => sidecar.log).toContain('Until then, sessions that end in Odoo');
  await expect.poll(() => odoo.asked.length).toBeGreaterThan(1);
  expect(await first.emitWithAck('ping')).toBe('pong');
  expect(sidecar.log.match(/Until then, sessions/g)).toHaveLength(1);
  odoo.instead = null;
  await expect.poll(() => sidecar.log).toContain('Odoo looks at sessions again');
  for (const token of odoo.tokens.flat()) expect(sidecar.log).not.toContain(String(token));
});

it('calls with its own id when a page is gone, which lives in the database then, and never repeats what was refused', async () => {
  const { database, odoo, connect } = await start();
  const token = await database.addToken();
  const socket = await connect(token);
  const sidecars: unknown[] = [];
  const credentials: string[] = [];
  odoo.call = async (credential) => {
    sidecars.push(await database.query('SELECT id::text FROM web_socketio_sidecar'));
    credentials.push(credential);
    return { refused: 'over' };
  };
  expect(await socket.emitWithAck('read')).toMatchObject({
    ...{ ok: false, code: 'access_denied' },
    message: expect.stringContaining('the session is over in Odoo'),
  });
  expect(credentials).toEqual([token]);
  socket.disconnect();
  await expect.poll(() => credentials.length).toBe(2);
  expect(credentials[1]).toMatch(new RegExp(`^${token}\\.[0-9a-f-]{36}$`));
  expect(sidecars[1]).toEqual([{ id: credentials[1]?.slice(token.length + 1) }]);
});

it('knows no token that another database issued', async () => {
  const { database, sidecar, connect, db } = await start();
  const token = await database.addToken({ checkedSecondsAgo: FRESH });
  await connect(token);
  await database.query(`UPDATE web_socketio_session SET issuer = 'of the original'`);
  expect(await outcome(sidecar.open('/mine', { db, token }))).toMatchObject({ code: 'token_unknown' });
});
