import { describe, expect, it } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { OpenERPNameSpace, SocketIO, SocketIOError } from 'web_socketio';
class Mine extends OpenERPNameSpace {
  count = 0;
  recvConnect() { this.emit('welcome', this.db, this.uid, this.context); }
  on_count() { this.count += 1; return this.count; }
  on_count_once_more() { return this.on_count(); }
  async on_later(value) { await new Promise(setImmediate); return value; }
  on_nothing() {}
  on_throw() { throw new Error('the password is secret'); }
  on_refuse(text) { throw new SocketIOError('too_late', text); }
  on_code(code) { throw new SocketIOError(code, 'Say this.'); }
  on_inside() { return this.model('res.users').read([1]); }
  on_all(...args) { return args; }
}
SocketIO.addNamespace('/mine', Mine);

class Guarded extends OpenERPNameSpace {
  getInitialAcl() { return ['time', 'who']; }
  async on_session_id() {
    await new Promise(setImmediate);
    if (this.uid === 13) throw new SocketIOError('unwanted', 'User 13 is not wanted here.');
    if (this.uid === 14) throw new Error('a bug');
    if (this.uid === 15) await this.model('res.users').read([1]);
    if (this.uid > 1) await super.on_session_id();
  }
  recvConnect() { this.emit('welcome'); }
  on_time(lift) {
    if (lift === 'and lift') this.liftAclRestrictions();
    return 'noon';
  }
  on_who() { return this.uid; }
  on_rest() { return 'rest'; }
}
SocketIO.addNamespace('/guarded', Guarded);
SocketIO.addNamespace('/open', class extends Guarded {
  getInitialAcl() { return null; }
});
`;

describe.each(['websocket', 'polling'] as const)('Over %s', (transport) => {
  async function start() {
    const database = await TestDatabase.create();
    const sidecar = await TestSidecar.start(database, { web_socketio_demo: MODULE });
    sidecar.transport = transport;
    const connect = async (path: string, uid = 2) =>
      sidecar.connect(path, database.name, await database.addToken({ uid }));
    return { database, sidecar, connect };
  }

  it('recvConnect runs when the session is known, and emit sends to this socket', async () => {
    const { database, sidecar } = await start();
    await sidecar.connect('/mine', database.name, await database.addToken());
    const socket = sidecar.open('/mine', { db: database.name, token: await database.addToken({ uid: 5 }) });
    const welcome = nextEvent(socket, 'welcome');
    socket.connect();
    expect(await welcome).toEqual([database.name, 5, {}]);
  });

  it('an event finds its method, and what it returns or resolves to is the acknowledgement', async () => {
    const { connect } = await start();
    const socket = await connect('/mine');
    expect(await socket.emitWithAck('later', { deep: [1, null, 'é'] })).toEqual({ deep: [1, null, 'é'] });
    expect(await socket.emitWithAck('all', 1, null, 'two')).toEqual([1, null, 'two']);
    expect(await socket.emitWithAck('nothing')).toBeUndefined();
  });

  it('an event with spaces, dashes or dots finds the method with underscores', async () => {
    const { connect } = await start();
    const socket = await connect('/mine');
    for (const [index, name] of ['count once more', 'count-once-more', 'count.once.more'].entries())
      expect(await socket.emitWithAck(name)).toBe(index + 1);
  });

  it('the events of one socket share their state, and no other socket does', async () => {
    const { connect } = await start();
    const [one, other] = [await connect('/mine'), await connect('/mine')];
    expect(await one.emitWithAck('count')).toBe(1);
    expect(await one.emitWithAck('count once more')).toBe(2);
    expect(await other.emitWithAck('count')).toBe(1);
  });

  it('what a handler throws is answered with a code, without what lies behind it', async () => {
    const { connect, sidecar } = await start();
    const socket = await connect('/mine');
    const hidden = "The handler failed: see the sidecar's log.";
    expect(await socket.emitWithAck('refuse', 'At noon')).toEqual({
      ok: false,
      code: 'too_late',
      message: 'At noon',
    });
    expect(await socket.emitWithAck('throw')).toEqual({ ok: false, code: 'handler_failed', message: hidden });
    expect(await socket.emitWithAck('inside')).toEqual({
      ok: false,
      code: 'odoo_unreachable',
      message: hidden,
      retry: true,
    });
    const failed = nextEvent(socket, 'web_socketio.error');
    socket.emit('throw');
    expect(await failed).toEqual([{ event: 'throw', code: 'handler_failed', message: hidden }]);
    expect(sidecar.log).toContain(
      "/mine event 'throw' of addon 'web_socketio_demo', user 2: handler_failed: the password is secret\n",
    );
    expect(sidecar.log).toMatch(/odoo_unreachable: Odoo cannot be reached at .* for res\.users\.read/);
  });

  it.each(['channel_full', 'database_busy', 'module_x', 'odoo_error'])(
    "tells the message of an addon's own error, whatever its code: %s",
    async (code) => {
      const { connect } = await start();
      const socket = await connect('/mine');
      expect(await socket.emitWithAck('code', code)).toEqual({ ok: false, code, message: 'Say this.' });
    },
  );

  it('no event can pretend that the session is known', async () => {
    const { connect } = await start();
    const socket = await connect('/guarded', 1);
    for (const event of ['session_id', 'session-id', 'session.id', 'session/id'])
      expect(await socket.emitWithAck(event)).toMatchObject({ code: 'event_forbidden' });
    const other = await connect('/mine');
    for (const event of ['session_id', 'session-id', 'session.id', 'session/id'])
      expect(await other.emitWithAck(event)).toMatchObject({ code: 'no_such_method' });
  });

  it('before the session is known only the events of getInitialAcl are allowed', async () => {
    const { database, sidecar, connect } = await start();
    await connect('/guarded');
    const socket = sidecar.open('/guarded', { db: database.name });
    const asked = nextEvent(socket, 'get session id');
    socket.connect();
    await asked;
    expect(await socket.emitWithAck('time')).toBe('noon');
    expect(await socket.emitWithAck('who')).toMatchObject({ ok: false, code: 'session_missing' });
    expect(await socket.emitWithAck('rest')).toMatchObject({ ok: false, code: 'session_missing' });
    const welcome = nextEvent(socket, 'welcome');
    socket.emit('session id', { token: await database.addToken({ uid: 3 }) });
    await welcome;
    expect(await socket.emitWithAck('who')).toBe(3);
    expect(await socket.emitWithAck('rest')).toBe('rest');
  });

  it('on_session_id keeps the restrictions until it or a handler lifts them', async () => {
    const { database, sidecar, connect } = await start();
    await connect('/guarded');
    const socket = await connect('/guarded', 1);
    expect(await socket.emitWithAck('rest')).toEqual({
      ok: false,
      code: 'event_forbidden',
      message: '\'/guarded\' takes no "rest" from user 1: its on_session_id did not lift the restrictions.',
    });
    const all = sidecar.open('/open', { db: database.name });
    const asked = nextEvent(all, 'get session id');
    all.connect();
    await asked;
    expect(await all.emitWithAck('rest')).toBe('rest');
  });

  it('liftAclRestrictions allows every event, whoever calls it', async () => {
    const { connect } = await start();
    const socket = await connect('/guarded', 1);
    expect(await socket.emitWithAck('rest')).toMatchObject({ code: 'event_forbidden' });
    expect(await socket.emitWithAck('time', 'and lift')).toBe('noon');
    expect(await socket.emitWithAck('rest')).toBe('rest');
  });

  it('what on_session_id throws closes the socket with its code', async () => {
    const { connect, database, sidecar } = await start();
    await connect('/guarded');
    const refused = async (uid: number) => {
      const socket = sidecar.open('/guarded', { db: database.name, token: await database.addToken({ uid }) });
      const [end, gone] = [nextEvent(socket, 'web_socketio.end'), nextEvent(socket, 'disconnect')];
      socket.on('welcome', () => expect.unreachable('recvConnect ran'));
      socket.connect();
      await gone;
      return (await end)[0];
    };
    expect(await refused(13)).toEqual({
      code: 'unwanted',
      message: 'User 13 is not wanted here.',
      retry: false,
    });
    expect(await refused(14)).toMatchObject({ code: 'handler_failed', retry: false });
    expect(sidecar.log).toContain("/guarded event 'session id' of addon 'web_socketio_demo', user 14: ");
    expect(await refused(15)).toMatchObject({
      code: 'odoo_unreachable',
      message: expect.stringMatching(/see the sidecar's log/),
    });
    expect(sidecar.log).toMatch(/'session id' of addon 'web_socketio_demo', user 15: odoo_unreachable: /);
  });
});
