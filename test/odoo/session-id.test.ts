import type { Socket } from 'socket.io-client';
import { beforeAll, expect, it } from 'vitest';
import { useOdoo } from '../support/odoo/odoo-fixture.ts';
import { messages } from '../support/postgres/session-rows.ts';
import { SidecarProcess } from '../support/sidecar/sidecar-process.ts';
import { nextEvent, openSocket, outcome } from '../support/sidecar/test-sidecar.ts';

const odoo = useOdoo(['web_socketio_test']);
let url = '';

beforeAll(async () => {
  const sidecar = new SidecarProcess({ configFile: odoo().configFile });
  await sidecar.start();
  url = sidecar.url;
  return () => sidecar.stop();
});

/** A script on some machine: it has a session id and no token. */
function open(auth: object): Socket {
  return openSocket(`${url}/web_socketio_test.leaving`, { db: odoo().database, ...auth });
}

it('takes the session id of Odoo instead of a token, in the handshake', async () => {
  const anna = await odoo().createUser('anna');
  const session = await odoo().logIn(anna);
  const { sessionId } = session;
  const socket = open({ session_id: sessionId });
  expect(await outcome(socket)).toBeNull();
  expect(await socket.emitWithAck('who')).toBe(anna.uid);
  await session.call('res.users', 'read', [[anna.uid], ['login']]);
  expect(session.sessionId).toBe(sessionId);
});

it("takes it as the argument of the event 'session id', too", async () => {
  const ben = await odoo().createUser('ben');
  const { sessionId } = await odoo().logIn(ben);
  const socket = open({});
  const asked = nextEvent(socket, 'get session id');
  socket.connect();
  await asked;
  expect(await socket.emitWithAck('who')).toMatchObject({ ok: false, code: 'session_missing' });
  socket.emit('session id', sessionId);
  await expect.poll(() => socket.emitWithAck('who')).toBe(ben.uid);
});

it('refuses a session id that Odoo does not know, or whose user has logged out', async () => {
  const unknown = { code: 'session_unknown', retry: false };
  expect(await outcome(open({ session_id: 'a'.repeat(84) }))).toMatchObject(unknown);
  const session = await odoo().logIn(await odoo().createUser('carla'));
  await session.logOut();
  expect(await outcome(open({ session_id: session.sessionId }))).toMatchObject(unknown);
});

it('ends a socket at the logout of its session, and its disconnect handler can still call models', async () => {
  const dora = await odoo().createUser('dora');
  const session = await odoo().logIn(dora);
  const socket = open({ session_id: session.sessionId });
  expect(await outcome(socket)).toBeNull();
  const end = nextEvent(socket, 'web_socketio.end');
  await session.logOut();
  expect(await end).toMatchObject([{ code: 'session_ended', retry: false }]);
  await expect
    .poll(() => messages(odoo(), 'web_socketio_test'))
    .toContainEqual({ uid: dora.uid, values: { left: dora.uid } });
});
