import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { io } from 'socket.io-client';
import { expect, it, onTestFinished } from 'vitest';
import { startHttp } from '../../support/network/http-server.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { OpenERPNameSpace, SocketIO } from 'web_socketio';
SocketIO.addNamespace('/mine', class extends OpenERPNameSpace { on_who() { return this.uid; } });
`;

async function start(odooUrl: string) {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, { web_socketio_demo: MODULE }, { odooUrl });
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
  expect(await sidecar.refusal('/mine', { db, session_id: 'xyz' })).toMatchObject({
    code: 'odoo_unreachable',
    message: "The handshake failed: see the sidecar's log.",
    retry: true,
  });
  // Where OpenERP is, is nobody's business outside.
  expect(sidecar.log).toMatch(
    /odoo_unreachable: Odoo cannot be reached at \S+ for the exchange of a session/,
  );
});

const neverAsked = () => expect.unreachable('OpenERP was asked');
const refused = (state: string) => JSON.stringify({ refused: state });

// Keys without hexadecimal digits: the name of a database has a dozen of those, and stands in the log.
it.each([
  ['is none', { session_id: 'a b; other=1' }, neverAsked, 'session_unknown false'],
  ['has a sid that is none', { session_id: 'xyz', sid: 'a b; other=1' }, neverAsked, 'session_unknown false'],
  ['has a sid and is none', { session_id: '"xyz"', sid: 'xyz' }, neverAsked, 'session_unknown false'],
  ['is over', { session_id: 'xyz' }, refused('over'), 'session_unknown false'],
  ['is over in OpenERP 7.0', { session_id: 'xyz', sid: 'uvw' }, refused('over'), 'session_unknown false'],
  ['is locked', { session_id: 'xyz' }, refused('locked'), 'session_locked true'],
  [
    'is one of another database',
    { session_id: 'xyz' },
    JSON.stringify({ db: 'other', uid: 1, token: 'wsio_other' }),
    'session_unknown false',
  ],
  [
    'is one of no database at all',
    { session_id: 'xyz' },
    JSON.stringify({ token: 'wsio_other' }),
    'session_unknown false',
  ],
  ['meets no OpenERP', { session_id: 'xyz' }, '<html>', 'odoo_answer false'],
  ['meets other JSON', { session_id: 'xyz' }, '{}', 'odoo_answer false'],
])('refuses a session that %s', async (_, keys, answer, expected) => {
  const url = await answering((response) => (typeof answer === 'string' ? response.end(answer) : answer()));
  const { sidecar, db } = await start(url);
  const { code, retry, message } = await sidecar.refusal('/mine', { db, ...keys });
  expect(`${code} ${retry}`).toBe(expected);
  for (const key of Object.values(keys)) {
    expect(message).not.toContain(key);
    expect(sidecar.log).not.toContain(key);
  }
});

it('asks OpenERP 7.0, whose sessions have two keys, once for each handshake and each event', async () => {
  const database = await TestDatabase.create();
  const token = await database.addToken({ uid: 7 });
  const asked: { headers: IncomingHttpHeaders; body: unknown }[] = [];
  const url = await answering(async (response, request) => {
    const body: unknown = JSON.parse(Buffer.concat(await request.toArray()).toString());
    asked.push({ headers: request.headers, body });
    const result = { db: database.name, uid: 7, token, expires_in: 900, url: false };
    response.setHeader('Set-Cookie', 'sid=another').end(JSON.stringify(result));
  });
  const sidecar = await TestSidecar.start(database, { web_socketio_demo: MODULE }, { odooUrl: url });
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
  expect(asked.map(({ body }) => body)).toEqual([keys, keys]);
  // A request with a cookie is an activity of its user, and under a host of other databases it would log the user out.
  for (const { headers } of asked) {
    expect(headers).toMatchObject({ 'content-type': 'text/plain', 'x-odoo-database': database.name });
    expect(headers).not.toHaveProperty('cookie');
  }
});

it('does not follow to another address, which would get the session', async () => {
  const elsewhere = await startHttp(() => expect.unreachable('It followed'));
  const url = await answering((response) => response.writeHead(307, { location: elsewhere }).end());
  const { sidecar, db } = await start(url);
  expect(await sidecar.refusal('/mine', { db, session_id: 'xyz' })).toMatchObject({ code: 'odoo_answer' });
});

it('asks OpenERP about two session ids of strangers at a time, and refuses more than wait already', async () => {
  const answers: ServerResponse[] = [];
  const url = await answering((response) => answers.push(response));
  const { sidecar, db, database } = await start(url);
  await sidecar.connect('/mine', db, await database.addToken());
  const sockets = Array.from({ length: 103 }, (_, index) =>
    sidecar.open('/mine', { db, session_id: `id${index}` }),
  );
  const refused = Promise.race(sockets.map((socket) => nextEvent(socket, 'connect_error')));
  for (const socket of sockets) socket.connect();
  expect(await refused).toMatchObject([{ data: { code: 'odoo_busy', retry: true } }]);
  // The refusal may overtake the questions.
  await expect.poll(() => answers).toHaveLength(2);
  for (const socket of sockets) socket.disconnect();
  for (const answer of answers) answer.destroy();
});

it('names to OpenERP the address that the client says, else the one at which its proxy was asked', async () => {
  const database = await TestDatabase.create();
  const token = await database.addToken({ uid: 7 });
  const asked: (readonly unknown[])[] = [];
  const url = await answering(async (response, { headers }) => {
    asked.push([headers.host, headers['x-forwarded-host'], headers['x-forwarded-proto']]);
    response.end(JSON.stringify({ db: database.name, uid: 7, token }));
  });
  const sidecar = await TestSidecar.start(database, { web_socketio_demo: MODULE }, { odooUrl: url });
  await sidecar.connect('/mine', database.name, await database.addToken());
  const own = [new URL(url).host, undefined, undefined];
  const shake = async (auth: object, extraHeaders: Record<string, string>) => {
    const socket = io(`${sidecar.url}/mine`, {
      ...{ auth: { db: database.name, session_id: 'xyz', ...auth }, extraHeaders, forceNew: true },
      transports: ['websocket'],
    });
    onTestFinished(() => void socket.disconnect());
    await nextEvent(socket, 'connect');
    return asked.pop();
  };
  const said = ['erp.example.com', 'erp.example.com', 'https'];
  expect(await shake({ origin: 'https://erp.example.com' }, { Host: 'proxy' })).toEqual(said);
  expect(await shake({}, { 'X-Forwarded-Host': 'erp.example.com', 'X-Forwarded-Proto': 'https' })).toEqual(
    said,
  );
  expect(await shake({}, { Host: 'intra:81' })).toEqual(['intra:81', 'intra:81', 'http']);
  expect(await shake({}, {})).toEqual(own);
  for (const origin of [
    'https://erp.example.com/path',
    'ftp://x',
    'https://a b',
    'https://x\r\nCookie: y',
    7,
  ]) {
    expect(await shake({ origin }, {})).toEqual(own);
  }
});

it('tells what it is when OpenERP does not open the database under that host', async () => {
  const url = await answering((response) => response.writeHead(404).end('<h1>Not Found</h1>'));
  const { sidecar, db } = await start(url);
  const refusal = await sidecar.refusal('/mine', {
    db,
    session_id: 'xyz',
    origin: 'https://erp.example.com',
  });
  expect(refusal).toMatchObject({ code: 'host_refused', retry: false });
  expect(refusal.message).toContain(`does not open '${db}' for the host 'erp.example.com'`);
  expect(refusal.message).toContain('--db-filter');
});
