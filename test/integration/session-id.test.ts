import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { startHttp } from '../support/http-server.ts';
import { TestDatabase } from '../support/test-database.ts';
import { nextEvent, TestSidecar } from '../support/test-sidecar.ts';

const MODULE = `
import { OpenERPNameSpace, SocketIO } from 'web_socketio';
SocketIO.addNamespace('/mine', class extends OpenERPNameSpace { on_who() { return this.uid; } });
`;

async function start(openerpUrl: string) {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, { web_socketio_demo: MODULE }, { openerpUrl });
  return { database, sidecar, db: database.name };
}

/** What somebody at OpenERP's address answers to the exchange of a session id; probes are answered with nothing. */
const answering = (answer: (response: ServerResponse, request: IncomingMessage) => void) =>
  startHttp((request, response) => {
    if (request.method === 'POST') answer(response, request);
    else response.end();
  });

it('lets a client try again with its session id when OpenERP cannot be reached', async () => {
  const { sidecar, db } = await start('http://127.0.0.1:1');
  expect(await sidecar.refusal('/mine', { db, session_id: 'abc' })).toMatchObject({
    code: 'openerp_unreachable',
    retry: true,
  });
});

const neverAsked = () => expect.unreachable('OpenERP was asked');
const answer = (rest: object) => JSON.stringify({ jsonrpc: '2.0', id: null, ...rest });
const odooExpired = { code: 100, data: { name: 'odoo.http.SessionExpiredException' } };
const openerpInvalid = { code: 100, message: 'OpenERP Session Invalid', data: { type: 'session_invalid' } };

it.each([
  ['is none', { session_id: 'a b; other=1' }, neverAsked, 'session_unknown'],
  ['has a sid that is none', { session_id: 'abc', sid: 'a b; other=1' }, neverAsked, 'session_unknown'],
  ['has a sid and is none', { session_id: '"abc"', sid: 'abc' }, neverAsked, 'session_unknown'],
  ['is over', { session_id: 'abc' }, answer({ error: odooExpired }), 'session_unknown'],
  [
    'is over in OpenERP 7.0',
    { session_id: 'abc', sid: 'def' },
    answer({ error: openerpInvalid }),
    'session_unknown',
  ],
  [
    'has keys of which OpenERP 7.0 makes a session of nobody',
    { session_id: 'abc', sid: 'def' },
    answer({ result: { db: false, uid: false } }),
    'session_unknown',
  ],
  ['gets nothing at all', { session_id: 'abc', sid: 'def' }, answer({}), 'session_unknown'],
  [
    'is one of another database',
    { session_id: 'abc' },
    answer({ result: { db: 'other', uid: 1, token: 'wsio_other' } }),
    'session_unknown',
  ],
  [
    'meets an error',
    { session_id: 'abc' },
    answer({ error: { code: 200, data: { name: 'builtins.KeyError' } } }),
    'openerp_answer',
  ],
  ['meets no OpenERP', { session_id: 'abc' }, '<html>', 'openerp_answer'],
  ['meets other JSON', { session_id: 'abc' }, '{}', 'openerp_answer'],
])('refuses a session that %s', async (_, keys, answer, expected) => {
  const url = await answering((response) => (typeof answer === 'string' ? response.end(answer) : answer()));
  const { sidecar, db } = await start(url);
  const { code, retry, message } = await sidecar.refusal('/mine', { db, ...keys });
  expect(`${code} ${retry}`).toBe(`${expected} false`);
  for (const key of Object.values(keys)) {
    expect(message).not.toContain(key);
    expect(sidecar.log).not.toContain(key);
  }
});

it('asks OpenERP 7.0, whose sessions have two keys, once for each handshake and each event', async () => {
  const database = await TestDatabase.create();
  const token = await database.addToken({ uid: 7 });
  const asked: { cookie: string | undefined; body: unknown }[] = [];
  const url = await answering(async (response, request) => {
    const body: unknown = JSON.parse(Buffer.concat(await request.toArray()).toString());
    asked.push({ cookie: request.headers.cookie, body });
    const result = { db: database.name, uid: 7, token, expires_in: 900, url: false };
    response.setHeader('Set-Cookie', 'sid=another').end(answer({ result }));
  });
  const sidecar = await TestSidecar.start(database, { web_socketio_demo: MODULE }, { openerpUrl: url });
  await sidecar.connect('/mine', database.name, await database.addToken());
  const keys = { session_id: '5e55', sid: 'abcd' };
  const shaken = sidecar.open('/mine', { db: database.name, ...keys });
  shaken.connect();
  expect(await shaken.emitWithAck('who')).toBe(7);
  const waiting = sidecar.open('/mine', { db: database.name, sid: 'abcd' });
  const askedForIt = nextEvent(waiting, 'get session id');
  waiting.connect();
  await askedForIt;
  expect(asked).toHaveLength(1);
  waiting.emit('session id', keys);
  await expect.poll(() => waiting.emitWithAck('who')).toBe(7);
  const body = { jsonrpc: '2.0', method: 'call', params: { session_id: '5e55' } };
  expect(asked).toEqual([
    { cookie: 'sid=abcd', body },
    { cookie: 'sid=abcd', body },
  ]);
});

it('does not follow to another address, which would get the session', async () => {
  const elsewhere = await startHttp(() => expect.unreachable('It followed'));
  const url = await answering((response) => response.writeHead(307, { location: elsewhere }).end());
  const { sidecar, db } = await start(url);
  expect(await sidecar.refusal('/mine', { db, session_id: 'abc' })).toMatchObject({ code: 'openerp_answer' });
});

it('asks OpenERP about two session ids of strangers at a time, and refuses more than wait already', async () => {
  const asked: (string | undefined)[] = [];
  const answers: ServerResponse[] = [];
  const url = await answering((response, request) => {
    asked.push(request.headers.cookie);
    answers.push(response);
  });
  const { sidecar, db, database } = await start(url);
  await sidecar.connect('/mine', db, await database.addToken());
  const sockets = Array.from({ length: 103 }, (_, index) =>
    sidecar.open('/mine', { db, session_id: `id${index}` }),
  );
  const refused = Promise.race(sockets.map((socket) => nextEvent(socket, 'connect_error')));
  for (const socket of sockets) socket.connect();
  expect(await refused).toMatchObject([{ data: { code: 'openerp_busy', retry: true } }]);
  expect(asked).toHaveLength(2);
  for (const socket of sockets) socket.disconnect();
  for (const answer of answers) answer.destroy();
});

it('asks a client for its session id again before the token expires, and lets it stay', async () => {
  let token = '';
  const answers: ServerResponse[] = [];
  const url = await answering((response) => answers.push(response));
  const { sidecar, db, database } = await start(url);
  const answer = async (expiresInSeconds: number) => {
    await expect.poll(() => answers.length).toBe(1);
    token = await database.addToken({ uid: 7, session: 'mine', expiresInSeconds });
    answers
      .pop()
      ?.end(JSON.stringify({ jsonrpc: '2.0', result: { db, uid: 7, token, expires_in: 900, url: false } }));
  };
  await sidecar.connect('/mine', db, await database.addToken());
  const socket = sidecar.open('/mine', { db, session_id: 'abc' });
  const connected = nextEvent(socket, 'connect');
  const asked = nextEvent(socket, 'get session id');
  socket.connect();
  await answer(2);
  await connected;
  await asked;
  socket.emit('session id', 'abc');
  await answer(900);
  await database.query(`DELETE FROM web_socketio_session WHERE expires < now() + interval '1 minute'`);
  await expect.poll(() => socket.emitWithAck('who')).toBe(7);
});
