import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { makeAddons, nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const ADDONS = fileURLToPath(new URL('../../../addon', import.meta.url));

const USER = `
import { LongPollingNameSpace } from 'web_longpolling';
import { AbstractAdapter } from 'web_socketio';
class Mine extends AbstractAdapter {
  static channel = 'mine';
  static mode = 'each';
}
LongPollingNameSpace.on('double', {}, (session, number) => session.emit('doubled', number * 2));
LongPollingNameSpace.on('follow', { adapterClass: Mine }, async (session, name) => {
  session.emit('following', name);
  for (;;) await session.secureEmit('news', name, await session.listen());
});
LongPollingNameSpace.on('good bye', { eventtype: 'disconnect' }, (session) => session.notify('mine', { left: session.uid }));
LongPollingNameSpace.on('ask', {}, async (session, text) => text + '?');
LongPollingNameSpace.on('ask', {}, (session, text) => session.emit('the other, too', text));
LongPollingNameSpace.on('fail', {}, () => { throw new Error('a bug'); });
LongPollingNameSpace.on('no adapter', {}, (session) => session.listen());
`;
const ABSENT = `
import { LongPollingNameSpace } from 'web_longpolling';
LongPollingNameSpace.on('absent', {}, () => undefined);
`;

describe.each(['websocket', 'polling'] as const)('Over %s', (transport) => {
  async function start() {
    const database = await TestDatabase.create();
    const addonsPath = [await makeAddons({ base: USER, not_installed: ABSENT }), ADDONS];
    const sidecar = await TestSidecar.start(database, {}, { addonsPath });
    sidecar.transport = transport;
    const connect = async (uid = 2) =>
      sidecar.connect('/longpolling', database.name, await database.addToken({ uid }));
    return { database, sidecar, connect };
  }

  it('runs the handlers of installed addons, and refuses the events of others', async () => {
    const { sidecar, connect } = await start();
    const socket = await connect();
    const doubled = nextEvent(socket, 'doubled');
    socket.emit('double', 21);
    expect(await doubled).toEqual([42]);
    expect(await socket.emitWithAck('absent')).toMatchObject({ ok: false, code: 'no_such_method' });
    socket.emit('no adapter');
    await expect
      .poll(() => sidecar.log)
      .toContain("adapter_missing: The handler of 'no adapter' called listen without an adapter");
  });

  it('acknowledges an event with what its first handler returns, when that has ended', async () => {
    const { sidecar, connect } = await start();
    const socket = await connect();
    const others = nextEvent(socket, 'the other, too');
    expect(await socket.emitWithAck('ask', 'me')).toBe('me?');
    expect(await others).toEqual(['me']);
    expect(await socket.emitWithAck('fail')).toMatchObject({ ok: false, code: 'handler_failed' });
    expect(sidecar.log).toMatch(/\/longpolling event 'fail' of addon 'base', user 2: handler_failed: a bug/);
    const stopped = socket.emitWithAck('follow', 'mine');
    await socket.emitWithAck('stop event', 'follow');
    expect(await stopped).toMatchObject({ ok: false, code: 'event_stopped' });
  });

  it('ends the handlers of an event when the page says so, and no others', async () => {
    const { database, connect } = await start();
    const [socket, other] = [await connect(), await connect()];
    for (const page of [socket, other]) {
      const following = nextEvent(page, 'following');
      page.emit('follow', 'mine');
      await following;
    }
    const got: unknown[] = [];
    socket.on('news', (_name, messages, acknowledge) => {
      got.push(messages);
      acknowledge({ ok: true });
    });
    await socket.emitWithAck('stop event', 'follow');
    const news = nextEvent(other, 'news');
    await database.insert('mine', { text: 'one' });
    expect((await news).slice(0, 2)).toEqual(['mine', [{ text: 'one' }]]);
    expect(got).toEqual([]);
    expect(await socket.emitWithAck('stop event', 7)).toMatchObject({ ok: false, code: 'event_invalid' });
  });

  it('runs disconnect handlers when a page has gone', async () => {
    const { database, connect } = await start();
    (await connect(3)).disconnect();
    await expect
      .poll(() => database.query(`SELECT uid, "values" FROM web_socketio_message`))
      .toEqual([{ uid: 3, values: { left: 3 } }]);
  });

  it('carries the demonstration: the recipient gets the notification, nobody else', async () => {
    const { database, connect } = await start();
    const [tab, otherTab, stranger] = [await connect(2), await connect(2), await connect(3)];
    const strange: unknown[] = [];
    stranger.onAny((event: string) => strange.push(event));
    const shown = [tab, otherTab].map((page) => nextEvent(page, 'web_socketio_demo.notification'));
    const notification = { to_id: 2, subject: 'Hello', text: 'It works', kind: 'info', sticky: false };
    await database.insert('web_socketio_demo', notification);
    for (const [messages] of await Promise.all(shown)) expect(messages).toEqual([notification]);
    expect(strange).toEqual([]);
  });
});
