import { expect, it } from 'vitest';
import { type BusStage, startBusStage } from '../../support/bus/bus-stage.ts';
import { BusWebSocket } from '../../support/bus/bus-web-socket.ts';

const ENDED = { code: 4001 };

/** Odoo looks at a session because something is said of its user. */
const proofDue = ({ database }: BusStage, uid: number) =>
  database.insert('web_socketio.control', { type: 'proof_due', uid });
const tokens = async ({ database }: BusStage) =>
  (await database.query<{ uid: number }>('SELECT uid FROM web_socketio_session ORDER BY expires')).map(
    ({ uid }) => uid,
  );

it('closes the sockets of a session that logs out, and of no other', async () => {
  const stage = await startBusStage();
  const alma = await stage.logIn('alma');
  const bert = await stage.logIn('bert');
  const [first, second] = [await stage.hearing([], alma.headers), await stage.hearing([], alma.headers)];
  const other = await stage.hearing([], bert.headers);
  const visitor = await stage.hearing(['mine']);
  await alma.session.logOut();
  expect(await first.closed).toMatchObject(ENDED);
  expect(await second.closed).toMatchObject(ENDED);
  await stage.notify('broadcast', 'still here');
  await stage.notify('mine', 'mine');
  await expect.poll(() => other.payloads.at(-1)).toBe('still here');
  await expect.poll(() => visitor.payloads.slice(-2)).toEqual(['still here', 'mine']);
});

it('tells Odoo of the user who logged out that they are gone, though their session cannot say so', async () => {
  const stage = await startBusStage();
  const alma = await stage.logIn('alma');
  const socket = await stage.hearing([], alma.headers);
  await alma.session.logOut();
  await socket.closed;
  await expect
    .poll(() => stage.odoo.route.carried)
    .toMatchObject([{ uid: alma.uid, ask: { kind: 'closed' } }]);
});

it.each(["password = 'x'", 'active = false', "login = 'other'"])(
  'closes the sockets of a user who changes: %s',
  async (assignment) => {
    const stage = await startBusStage();
    const alma = await stage.logIn('alma');
    const socket = await stage.hearing([], alma.headers);
    const other = await stage.hearing([], (await stage.logIn('bert')).headers);
    await stage.database.query(`UPDATE res_users SET ${assignment} WHERE id = $1`, [alma.uid]);
    expect(await socket.closed).toMatchObject(ENDED);
    await stage.notify('broadcast', 'still here');
    expect(await other.until(1)).toEqual(['still here']);
  },
);

it('closes a socket whose session was taken away as soon as it asks for something', async () => {
  const stage = await startBusStage();
  const alma = await stage.logIn('alma');
  const socket = await stage.hearing([], alma.headers);
  await stage.database.query('DELETE FROM playground_session WHERE uid = $1', [alma.uid]);
  socket.send({ event_name: 'anything', data: {} });
  expect(await socket.closed).toMatchObject(ENDED);
});

it('takes who comes with a session that is over for a visitor', async () => {
  const stage = await startBusStage();
  const alma = await stage.logIn('alma');
  await alma.session.logOut();
  const socket = await stage.hearing(['mine'], alma.headers);
  await stage.notify('mine', 'of everybody');
  expect(await socket.until(1)).toEqual(['of everybody']);
  expect(stage.odoo.route.asks.at(-1)).toMatchObject({ first: true, uid: null });
  expect(await tokens(stage)).toEqual([]);
});

it('has one token for all tabs of a session, and Odoo look at it', async () => {
  const stage = await startBusStage();
  const alma = await stage.logIn('alma');
  for (let tab = 0; tab < 3; tab += 1) await stage.hearing([], alma.headers);
  await stage.hearing([]);
  expect(await tokens(stage)).toEqual([alma.uid]);
});

it('proves a session by its cookie when Odoo cannot look at it by itself', async () => {
  const stage = await startBusStage();
  const alma = await stage.logIn('alma');
  const socket = await stage.hearing(['mine'], alma.headers);
  // What finds the session is lost, and its user has changed.
  await stage.database.query(`UPDATE web_socketio_session SET proof_due = now(), sealed = NULL`);
  await proofDue(stage, alma.uid);
  await expect.poll(() => tokens(stage)).toEqual([alma.uid, alma.uid]);
  await expect
    .poll(() => stage.odoo.route.asks.filter(({ token }) => token === true))
    .toMatchObject([{ first: true }, { first: false, uid: alma.uid, channels: ['mine'] }]);
  // The other token is watched from now on.
  await stage.database.query('DELETE FROM web_socketio_session WHERE proof_due IS NOT NULL');
  await proofDue(stage, alma.uid);
  await stage.notify('mine', 'goes on');
  expect(await socket.until(1)).toEqual(['goes on']);
  await alma.session.logOut();
  expect(await socket.closed).toMatchObject(ENDED);
});

it('keeps a socket whose token expires while Odoo is away, and watches its session again when it is back', async () => {
  const stage = await startBusStage();
  const alma = await stage.logIn('alma');
  const socket = await stage.hearing(['mine'], alma.headers);
  stage.odoo.stop();
  await stage.database.query(`UPDATE web_socketio_session SET expires = now() + interval '1 second'`);
  await proofDue(stage, alma.uid);
  await expect.poll(() => stage.sidecar.log).toContain('Bus sockets keep what they are subscribed to');
  await stage.notify('mine', 'meanwhile');
  expect(await socket.until(1)).toEqual(['meanwhile']);
  await stage.odoo.start();
  await expect.poll(() => tokens(stage)).toEqual([alma.uid, alma.uid]);
  await expect.poll(() => stage.sidecar.log).toContain('Odoo answers for bus sockets again');
  await alma.session.logOut();
  expect(await socket.closed).toMatchObject(ENDED);
});

it('closes a locked session with a number by which pages come back later', async () => {
  const stage = await startBusStage();
  const alma = await stage.logIn('alma');
  const socket = await stage.hearing([], alma.headers);
  await stage.database.query('UPDATE web_socketio_session SET locked = now()');
  stage.odoo.route.script = () => ({ refused: 'locked' });
  const { uid } = alma;
  const [row] = await stage.database.query<{ hash: string }>(
    `SELECT encode(session_hash, 'hex') AS hash FROM web_socketio_session WHERE uid = $1`,
    [uid],
  );
  await stage.database.insert('web_socketio.control', { type: 'locked', session_hash: row?.hash });
  expect(await socket.closed).toMatchObject({ code: 1013 });
  const back = await BusWebSocket.open(stage.sidecar.url, alma.headers);
  back.subscribe([]);
  expect(await back.closed).toMatchObject({ code: 1013 });
});

it('says nothing of cookies and tokens in its log', async () => {
  const stage = await startBusStage();
  const alma = await stage.logIn('alma');
  stage.odoo.route.script = (ask) => {
    if (ask.kind === 'event') throw new Error('Fails');
    return null;
  };
  const socket = await stage.hearing([], alma.headers);
  socket.send({ event_name: 'fails', data: {} });
  await expect.poll(() => stage.sidecar.log).toContain('bus_event_dropped');
  const credential = stage.odoo.route.asks.at(-1)?.credential ?? 'none';
  expect(credential).toMatch(/^wsio_/);
  for (const secret of [credential, alma.session.sessionId]) expect(stage.sidecar.log).not.toContain(secret);
});
