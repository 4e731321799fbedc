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

it.each([
  [
    'is no session id',
    'a b; other=1',
    () => expect.unreachable('OpenERP was asked'),
    'session_unknown false',
  ],
  [
    'is over',
    'abc',
    '{"error": {"code": 100, "data": {"name": "odoo.http.SessionExpiredException"}}}',
    'session_unknown false',
  ],
  [
    'is one of another database',
    'abc',
    '{"result": {"db": "other", "uid": 1, "token": "wsio_other"}}',
    'session_unknown false',
  ],
  [
    'meets an error',
    'abc',
    '{"error": {"code": 200, "data": {"name": "builtins.KeyError"}}}',
    'openerp_answer false',
  ],
  ['meets no OpenERP', 'abc', '<html>', 'openerp_answer false'],
])('refuses a session id that %s', async (_, sessionId, answer, expected) => {
  const url = await answering((response) => (typeof answer === 'string' ? response.end(answer) : answer()));
  const { sidecar, db } = await start(url);
  const { code, retry, message } = await sidecar.refusal('/mine', { db, session_id: sessionId });
  expect(`${code} ${retry}`).toBe(expected);
  expect(message).not.toContain(sessionId);
  expect(sidecar.log).not.toContain(sessionId);
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
    answers.pop()?.end(JSON.stringify({ result: { db, uid: 7, token, expires_in: 900, url: false } }));
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
