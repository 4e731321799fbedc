import { expect, it } from 'vitest';
import { lookAtBus } from '../../../sidecar/src/doctor/outside/bus.ts';
import { Visitor } from '../../../sidecar/src/doctor/outside/visitor.ts';
import { DOCTOR_AGENT } from '../../../sidecar/src/lib/http/doctor-agent.ts';
import { askHttp } from '../../support/network/http-answer.ts';
import { RawWebSocket } from '../../support/network/raw-web-socket.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { ScriptedWorker } from '../../support/python-worker/scripted-worker.ts';
import { openSocket, outcome, type TestSettings, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { OpenERPNameSpace, SocketIO, SocketIOError } from 'web_socketio';
SocketIO.addNamespace('/echo', class extends OpenERPNameSpace {});
SocketIO.addNamespace('/club', class extends OpenERPNameSpace {
  on_session_id() { throw new SocketIOError('not_a_member', 'Members only.'); }
});
`;
const PROXIED = { 'X-Forwarded-For': '198.51.100.1, 192.0.2.7', Origin: 'https://erp.example.com' };

async function start(settings: TestSettings = {}) {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, { base: MODULE }, settings);
  const { name: db } = database;
  // From now on the database is read.
  await sidecar.connect('/echo', db, await database.addToken());
  /** The code with which a page that came through a proxy is refused. */
  const refused = async (path: string, auth: object, headers: Readonly<Record<string, string>> = PROXIED) => {
    const socket = openSocket(`${sidecar.url}${path}`, auth, sidecar.transport);
    socket.io.opts.extraHeaders = headers;
    return (await outcome(socket))?.code ?? null;
  };
  /** The lines with that code, from its level on. */
  const lines = (code: string) =>
    sidecar.lines
      .filter((line) => line.includes(`${code}: `))
      .map((line) => line.trimEnd().split(' ').slice(3).join(' '));
  return { database, db, sidecar, refused, lines };
}

it.each(['websocket', 'polling'] as const)(
  'names who is refused a namespace over %s, from where and why',
  async (transport) => {
    const { database, db, sidecar, refused, lines } = await start();
    sidecar.transport = transport;
    const from = '192.0.2.7, page of "https://erp.example.com"';
    expect(await refused('/echo', { db, token: 'wsio_secret' })).toBe('token_unknown');
    expect(lines('token_unknown')).toEqual([
      `INFO ${db} web_socketio: token_unknown: This database does not know the token. Ask /web_socketio/token for a new one. Refused: the namespace '/echo', from ${from}`,
    ]);
    const token = await database.addToken({ uid: 7 });
    await database.query('UPDATE web_socketio_session SET ended = now() WHERE uid = 7');
    expect(await refused('/echo', { db, token })).toBe('session_ended');
    expect(lines('session_ended')).toEqual([
      `INFO ${db} web_socketio: user 7: session_ended: The session of user 7 has ended. Log in again. Refused: the namespace '/echo', from ${from}`,
    ]);
    expect(await refused('/nowhere', { db, token: 'wsio_secret' })).toBe('namespace_unknown');
    expect(lines('namespace_unknown')).toEqual([
      expect.stringMatching(
        `^WARNING ${db} web_socketio: namespace_unknown: .* Refused: the namespace '/nowhere', from ${from}$`,
      ),
    ]);
    expect(await refused('/echo', { db: 'elsewhere', token: 'wsio_secret' })).toBe('database_unknown');
    expect(lines('database_unknown')).toEqual([
      expect.stringMatching(
        `^WARNING \\? web_socketio: database_unknown: .*"elsewhere".* Refused: the namespace '/echo', from ${from}$`,
      ),
    ]);
    expect(sidecar.log).not.toContain('wsio_secret');
    expect(sidecar.log).not.toContain(token);
  },
);

it('says nothing of a query that a client wrote behind the name of a namespace', async () => {
  const { sidecar, db, lines } = await start();
  const raw = await RawWebSocket.open(sidecar.url);
  raw.send(`40/nowhere?token=wsio_secret,${JSON.stringify({ db })}`);
  expect(await raw.next((message) => message.startsWith('44/nowhere'))).toContain('namespace_unknown');
  expect(lines('namespace_unknown')).toEqual([expect.stringContaining("declares the namespace '/nowhere'.")]);
  expect(sidecar.log).not.toContain('secret');
  expect(await (await fetch(`${sidecar.url}/refusals`)).text()).not.toContain('secret');
});

it("names whom an addon's own namespace refuses, and what it said", async () => {
  const { database, db, sidecar, lines } = await start();
  const socket = sidecar.open('/club', { db, token: await database.addToken({ uid: 7 }) });
  socket.connect();
  await expect
    .poll(() => lines('not_a_member'))
    .toEqual([
      `INFO ${db} web_socketio: user 7: not_a_member: Members only. Refused: the namespace '/club', from 127.0.0.1`,
    ]);
});

it('says of an expired token, which its page renews, nothing at the usual level', async () => {
  const { database, db, refused, lines } = await start();
  const token = await database.addToken({ uid: 7 });
  await database.query("UPDATE web_socketio_session SET expires = now() - interval '1 second' WHERE uid = 7");
  expect(await refused('/echo', { db, token })).toBe('token_expired');
  expect(lines('token_expired')).toEqual([]);
});

it('names requests that do not come as far as a namespace', async () => {
  const { sidecar, lines } = await start({ limits: { origins: ['https://erp.example.com'] } });
  const url = `${sidecar.url}/socket.io/?EIO=4&transport=polling`;
  const from = '192.0.2.7, page of "https://evil.example"';
  const evil = { ...PROXIED, Origin: 'https://evil.example' };
  expect((await fetch(url, { headers: evil })).status).toBe(403);
  expect(lines('origin_refused')).toEqual([
    expect.stringMatching(
      `^WARNING \\? .*"https://evil.example" may not connect. .* Refused: an HTTP request, from ${from}$`,
    ),
  ]);
  const ask = async (path: string) => (await fetch(`${sidecar.url}${path}`, { headers: PROXIED })).status;
  expect(await ask('/socket.io/?EIO=4&transport=polling&sid=secretsid')).toBe(400);
  expect(lines('connection_unknown')).toEqual([
    expect.stringMatching(
      /^INFO \? .* Refused: an HTTP request, from 192\.0\.2\.7, page of "https:\/\/erp\.example\.com"$/,
    ),
  ]);
  expect(await ask('/socket.io/?EIO=4&transport=smoke&token=secret')).toBe(400);
  expect(lines('handshake_invalid')).toEqual([
    expect.stringMatching(
      /^WARNING \? .*"Transport unknown"\. .* Refused: an HTTP request, from 192\.0\.2\.7/,
    ),
  ]);
  const raw = await RawWebSocket.openAt(sidecar.url, '/elsewhere/?token=secret', PROXIED);
  expect(raw.status).toContain('404');
  expect(lines('path_unknown')).toEqual([
    expect.stringMatching(
      /^WARNING \? .* was asked for at "\/elsewhere\/", .* Refused: an HTTP request, from 192\.0\.2\.7/,
    ),
  ]);
  expect(sidecar.log).not.toMatch(/secret/);
});

it('names a Python worker that is not taken', async () => {
  const { database, sidecar, db, lines } = await start();
  await ScriptedWorker.open(sidecar.url, database, { hello: { proof: '00'.repeat(32) } });
  await expect
    .poll(() => lines('link_proof'))
    .toEqual([
      expect.stringMatching(
        `^WARNING ${db} web_socketio: link_proof: .* Refused: a Python worker, from 127\\.0\\.0\\.1$`,
      ),
    ]);
});

it('sums up a flood when the sidecar stops', async () => {
  const { sidecar, db, refused, lines } = await start();
  for (let n = 0; n < 15; n += 1) {
    const headers = { 'X-Forwarded-For': `192.0.2.${n}` };
    expect(await refused('/echo', { db, token: 'wsio_secret' }, headers)).toBe('token_unknown');
  }
  expect(lines('token_unknown')).toHaveLength(10);
  await sidecar.sidecar.stop();
  expect(lines('token_unknown').slice(10)).toEqual([
    'INFO ? web_socketio: token_unknown: and 5 more of token_unknown within a minute, from 5 addresses',
  ]);
});

it('tells the last refusals to who asks from this machine, and to nobody who comes through a proxy that says so, or with a browser', async () => {
  const { sidecar, db, refused } = await start();
  await refused('/echo', { db, token: 'wsio_secret' });
  const url = `${sidecar.url}/refusals`;
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  const text = await answer.text();
  const { server, refusals } = JSON.parse(text);
  expect(server).toBe('web_socketio');
  expect(refusals[0]).toMatchObject({
    ...{ code: 'token_unknown', db, path: '/echo', address: '192.0.2.7', times: 1, way: 'namespace' },
  });
  expect(text).not.toContain('wsio_secret');
  for (const headers of [
    { 'X-Forwarded-For': '127.0.0.1' },
    { 'X-Forwarded-Host': 'localhost' },
    { 'X-Real-IP': '127.0.0.1' },
    { Forwarded: 'for=127.0.0.1' },
    { Via: '1.1 proxy' },
    { Origin: 'http://localhost' },
    // A page of that site, whose name leads to this machine now.
    { Host: 'evil.example:8068' },
  ]) {
    const { status, text: body } = await askHttp(url, { headers });
    expect([headers, status, body]).toEqual([headers, 404, 'Not found\n']);
  }
});

it("does not tell of the doctor's questions for Odoo's bus, and counts them", async () => {
  const { sidecar, lines } = await start();
  const refusals = async () => (await fetch(`${sidecar.url}/refusals`)).text();
  const codes = ['bus_handshake_invalid', 'bus_not_installed'];
  await lookAtBus(new Visitor(new URL(sidecar.url), new AbortController().signal));
  expect(codes.flatMap(lines)).toEqual([]);
  expect(await refusals()).not.toContain('bus_');
  const metrics = await (await fetch(`${sidecar.url}/metrics`)).text();
  for (const code of codes)
    expect(metrics).toMatch(new RegExp(`^web_socketio_\\S+code="${code}"\\S* 1$`, 'm'));
  // A page that asks as often is told of.
  expect((await RawWebSocket.openAt(sidecar.url, '/websocket', PROXIED)).status).toContain('503');
  expect(lines('bus_not_installed')).toHaveLength(1);
  expect(await refusals()).toContain('bus_not_installed');
  // Its name hides nobody who is refused for another reason.
  const headers = { 'User-Agent': DOCTOR_AGENT };
  await fetch(`${sidecar.url}/socket.io/?EIO=4&transport=smoke`, { headers });
  expect(lines('handshake_invalid')).toHaveLength(1);
});
