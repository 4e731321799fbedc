import { expect, it } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class Mine extends AbstractAdapter {
  static channel = 'mine';
  static mode = 'each';
  get(messages, uid) { return messages.filter((message) => message.values.to_id === uid); }
  format(message) { return message.values.text; }
}
class MyNameSpace extends OpenERPNameSpace {
  async recvConnect() {
    for (;;) await this.secureEmit(Mine, 'text', await this.listen(Mine, this.uid));
  }
  on_shout(event) { return this.broadcastEvent(event, 'hello'); }
  on_send(text) { return this.notify('mine', { to_id: this.uid, text }); }
  on_listen_to_queue() {
    class Queue extends AbstractAdapter { static channel = 'mine'; }
    return this.listen(Queue);
  }
  on_listen_to_control() {
    class Control extends AbstractAdapter { static channel = 'web_socketio.control'; static mode = 'each'; }
    return this.listen(Control);
  }
  on_throw() { throw new Error('secret detail'); }
  async on_model() { return await this.model('res.users').read([this.uid]); }
}
SocketIO.addNamespace('/mine', MyNameSpace);
`;
const modules = { web_socketio_demo: MODULE };

async function start() {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, modules);
  const connect = async (uid: number) =>
    sidecar.connect('/mine', database.name, await database.addToken({ uid }));
  return { database, sidecar, connect };
}

/** Collects the texts a page gets, and acknowledges them. */
function collect(socket: Awaited<ReturnType<TestSidecar['connect']>>): string[] {
  const texts: string[] = [];
  socket.on('text', (got: string[], acknowledge: (answer: object) => void) => {
    texts.push(...got);
    acknowledge({ ok: true });
  });
  return texts;
}

it('gives every page of the recipient a copy, in order, and nobody else', async () => {
  const { database, connect } = await start();
  const [tab, otherTab, stranger] = [await connect(2), await connect(2), await connect(3)];
  const got = [tab, otherTab, stranger].map(collect);
  for (const text of ['one', 'two', 'three']) await database.insert('mine', { to_id: 2, text });
  await database.insert('mine', { to_id: 3, text: 'for the stranger' });
  await expect
    .poll(() => got)
    .toEqual([['one', 'two', 'three'], ['one', 'two', 'three'], ['for the stranger']]);
});

it('delivers what was committed while PostgreSQL had cut the sidecar off', async () => {
  const { database, connect } = await start();
  const got = collect(await connect(2));
  await database.killSidecarBackends();
  await database.insert('mine', { to_id: 2, text: 'meanwhile' });
  await expect.poll(() => got).toEqual(['meanwhile']);
});

it('offers again, before what is new, what the browser refused', async () => {
  const { database, connect } = await start();
  const socket = await connect(2);
  const got: string[][] = [];
  socket.on('text', (texts: string[], acknowledge: (answer: object) => void) => {
    got.push(texts);
    acknowledge(got.length === 1 ? { ok: false, code: 'handler_failed' } : { ok: true });
  });
  await database.insert('mine', { to_id: 2, text: 'one' });
  await expect.poll(() => got).toEqual([['one'], ['one']]);
});

it('passes a message over that fails five times, and tells the page to load its data again', async () => {
  const { database, sidecar, connect } = await start();
  const socket = await connect(2);
  let offered = 0;
  socket.on('text', (_texts: string[], acknowledge: (answer: object) => void) => {
    offered += 1;
    acknowledge({ ok: false, code: 'no_handler' });
  });
  const resync = nextEvent(socket, 'resync');
  await database.insert('mine', { to_id: 2, text: 'bad' });
  expect(await resync).toEqual([{ reason: 'attempts', channel: 'mine' }]);
  expect(offered).toBe(5);
  expect(sidecar.log).toContain('failed too often and are skipped');
});

it('sends a message of a page through the database', async () => {
  const { connect } = await start();
  const socket = await connect(2);
  const got = collect(socket);
  await socket.emitWithAck('send', 'to myself');
  await expect.poll(() => got).toEqual(['to myself']);
});

it('passes over a row whose values are no object, says so, and goes on', async () => {
  const { database, sidecar, connect } = await start();
  const got = collect(await connect(2));
  await database.query(
    `INSERT INTO web_socketio_message (channel, "values") VALUES ('mine', '[1, 2]'), ('mine', 'null')`,
  );
  await database.insert('mine', { to_id: 2, text: 'good' });
  await expect.poll(() => got).toEqual(['good']);
  expect(sidecar.log).toContain('message_invalid: Message 1 of channel "mine" has the values "[1, 2]"');
});

it('is not disturbed by a NOTIFY that anybody sent', async () => {
  const { database, connect } = await start();
  const got = collect(await connect(2));
  await database.query(`SELECT pg_notify('web_socketio', '{"to_id": 2, "text": "forged"}')`);
  await database.insert('mine', { to_id: 2, text: 'real' });
  await expect.poll(() => got).toEqual(['real']);
});

it('answers a failed event with a code, without the details of the failure, and harms nobody', async () => {
  const { sidecar, connect } = await start();
  const socket = await connect(2);
  expect(await socket.emitWithAck('throw')).toEqual({
    ok: false,
    code: 'handler_failed',
    message: "The handler failed: see the sidecar's log.",
  });
  expect(sidecar.log).toMatch(
    /\/mine event 'throw' of addon 'web_socketio_demo', user 2: handler_failed: secret detail/,
  );
  expect(await socket.emitWithAck('nothing')).toMatchObject({ ok: false, code: 'no_such_method' });
  expect(await socket.emitWithAck('listen_to_queue')).toMatchObject({
    ok: false,
    code: 'channel_mode_conflict',
  });
  expect(await socket.emitWithAck('listen_to_control')).toMatchObject({
    ok: false,
    code: 'channel_reserved',
  });
  expect(await socket.emitWithAck('model')).toMatchObject({ ok: false, code: 'odoo_unreachable' });
  const failure = nextEvent(socket, 'web_socketio.error');
  socket.emit('nothing');
  expect(await failure).toMatchObject([{ event: 'nothing', code: 'no_such_method' }]);
});

it('broadcasts to the pages of a namespace, and is not disturbed by what anybody wrote as a broadcast', async () => {
  const { database, connect } = await start();
  const [one, other] = [await connect(2), await connect(3)];
  const heard = [one, other].map((socket) => nextEvent(socket, 'heard'));
  for (const forged of [
    { path: '/mine', event: 'disconnect', args: [] },
    { path: '/mine', event: 'heard', args: 'no list' },
    { path: '/nowhere', event: 'heard', args: [] },
    { path: ['?'], event: {}, args: [] },
  ]) {
    await database.insert('web_socketio.control', { type: 'broadcast', ...forged });
  }
  expect(await one.emitWithAck('shout', 'connect')).toMatchObject({ ok: false, code: 'event_invalid' });
  await one.emitWithAck('shout', 'heard');
  expect(await Promise.all(heard)).toEqual([['hello'], ['hello']]);
});

it('takes values that are nested deeper than a stack reaches', async () => {
  const { database, connect } = await start();
  const got = collect(await connect(2));
  const depth = 4_000;
  await database.query(
    `INSERT INTO web_socketio_message (channel, "values") VALUES ('mine', $1::text::json)`,
    [`{"to_id": 2, "text": "deep", "inner": ${'['.repeat(depth)}${']'.repeat(depth)}}`],
  );
  await expect.poll(() => got).toEqual(['deep']);
});
