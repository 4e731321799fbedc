import type { Socket } from 'socket.io-client';
import { describe, expect, it } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class Each extends AbstractAdapter {
  static channel = 'each';
  static mode = 'each';
  get(messages, to) { return messages.filter((message) => message.values.to === to); }
  format(message, to) { return to + ' ' + message.values.text; }
}
class Queue extends AbstractAdapter {
  static channel = 'queue';
  format({ values, uid }) { return { text: values.text, uid }; }
}
class Copier extends AbstractAdapter {
  static channel = 'each';
  static mode = 'each';
  get(messages) { return messages.map((message) => ({ ...message })); }
}
class Mine extends OpenERPNameSpace {
  ended = [];
  on_listen(to) { return this.listen(Each, to); }
  async on_take(event, ...answers) {
    const messages = await this.listen(Queue);
    return { messages, confirmed: await this.secureEmit(Queue, event, messages) };
  }
  async on_validate(valid) {
    const messages = await this.listen(Queue);
    return { messages, confirmed: await this.validate(Queue, valid) };
  }
  async on_loop(to, last) {
    const all = [];
    for await (const messages of this.messages(Each, to)) {
      all.push(...messages);
      if (messages.some((text) => text.endsWith(last))) break;
    }
    return all;
  }
  on_copy() { return this.listen(Copier); }
  on_notify(channel, values) { return this.notify(channel, values); }
  on_broadcast(...args) { return this.broadcastEvent('news', ...args); }
  on_tell_others(...args) { return this.broadcastEventNotMe('news', ...args); }
  on_wait(label) {
    this.spawn(label, 'web_socketio_demo', async () => {
      const how = [];
      try {
        for await (const messages of this.messages(Each, 'nobody')) how.push(messages);
        how.push('loop ended');
        await this.listen(Each, 'nobody');
      } catch (error) {
        how.push(error.name);
      }
      waits.push(label + ': ' + how.join(', '));
    });
    return 'waits';
  }
  on_waits() { return waits.splice(0); }
}
const waits = [];
SocketIO.addNamespace('/mine', Mine);
`;

/** Answers each `event` with what comes next, and keeps what it carried. */
function answer(socket: Socket, event: string, answers: object[]): unknown[] {
  const got: unknown[] = [];
  socket.on(event, (messages: unknown, acknowledge: (answer?: object) => void) => {
    got.push(messages);
    acknowledge(answers.shift());
  });
  return got;
}

describe.each(['websocket', 'polling'] as const)('Over %s', (transport) => {
  async function start() {
    const database = await TestDatabase.create();
    const sidecar = await TestSidecar.start(database, { web_socketio_demo: MODULE });
    sidecar.transport = transport;
    const connect = async (uid = 2) =>
      sidecar.connect('/mine', database.name, await database.addToken({ uid }));
    return { database, sidecar, connect };
  }

  it('listen waits for messages that the adapter takes, in its format; several may wait at once', async () => {
    const { database, connect } = await start();
    const socket = await connect();
    const waiting = ['anna', 'ben'].map((to) => socket.emitWithAck('listen', to));
    await socket.emitWithAck('waits');
    await database.insert('each', { to: 'nobody', text: 'lost' });
    await database.insert('each', { to: 'ben', text: 'hello' });
    expect(await waiting[1]).toEqual(['ben hello']);
    await database.insert('each', { to: 'anna', text: 'hello' });
    expect(await waiting[0]).toEqual(['anna hello']);
  });

  it('secureEmit confirms only after the browser has acknowledged, and puts back what it refused', async () => {
    const { database, connect } = await start();
    const socket = await connect();
    const got = answer(socket, 'shown', [{ ok: false, code: 'no_room' }, { ok: true }]);
    await database.insert('queue', { text: 'hello' });
    const messages = [{ text: 'hello', uid: null }];
    expect(await socket.emitWithAck('take', 'shown')).toEqual({ messages, confirmed: false });
    expect(await database.query('SELECT count(*)::int FROM web_socketio_message')).toEqual([{ count: 1 }]);
    expect(await socket.emitWithAck('take', 'shown')).toEqual({ messages, confirmed: true });
    expect(got).toEqual([messages, messages]);
    expect(await database.query('SELECT count(*)::int FROM web_socketio_message')).toEqual([{ count: 0 }]);
  });

  it('validate puts back with false and confirms with true', async () => {
    const { database, connect } = await start();
    const [one, other] = [await connect(), await connect()];
    await database.insert('queue', { text: 'hello' });
    const messages = [{ text: 'hello', uid: null }];
    expect(await one.emitWithAck('validate', false)).toEqual({ messages, confirmed: false });
    expect(await other.emitWithAck('validate', true)).toEqual({ messages, confirmed: true });
    expect(await database.query('SELECT * FROM web_socketio_message')).toEqual([]);
  });

  it('notify sends a message of this user to a channel', async () => {
    const { connect } = await start();
    const [socket, other] = [await connect(4), await connect(5)];
    await socket.emitWithAck('notify', 'queue', { text: 'from user 4' });
    expect(await other.emitWithAck('validate', true)).toMatchObject({
      messages: [{ text: 'from user 4', uid: 4 }],
    });
    expect(await socket.emitWithAck('notify', 'web_socketio.control', {})).toMatchObject({ ok: false });
    expect(await socket.emitWithAck('notify', 'queue', [1])).toMatchObject({ code: 'message_invalid' });
  });

  it('broadcastEvent reaches every socket of the namespace, broadcastEventNotMe all but this one', async () => {
    const { connect } = await start();
    const [one, other] = [await connect(), await connect(3)];
    const got: unknown[] = [];
    one.on('news', (...args) => got.push(['one', ...args]));
    let heard = nextEvent(other, 'news');
    await one.emitWithAck('tell others', 1);
    expect(await heard).toEqual([1]);
    heard = nextEvent(one, 'news');
    await one.emitWithAck('broadcast', 2, { three: 3 });
    expect(await heard).toEqual([2, { three: 3 }]);
    expect(got).toEqual([['one', 2, { three: 3 }]]);
  });

  it('messages is the same as a loop, whose next turn confirms the one before', async () => {
    const { database, connect } = await start();
    const socket = await connect();
    const all = socket.emitWithAck('loop', 'anna', 'three');
    await socket.emitWithAck('waits');
    for (const text of ['one', 'two', 'three']) await database.insert('each', { to: 'anna', text });
    expect(await all).toEqual(['anna one', 'anna two', 'anna three']);
  });

  it('a wait ends when its socket goes: a loop by itself, listen with an AbortError', async () => {
    const { connect, sidecar } = await start();
    const [socket, other] = [await connect(), await connect()];
    expect(await socket.emitWithAck('wait', 'mine')).toBe('waits');
    socket.disconnect();
    const ended: unknown[] = [];
    await expect
      .poll(async () => {
        ended.push(...(await other.emitWithAck('waits')));
        return ended;
      })
      .toEqual(['mine: loop ended, AbortError']);
    expect(sidecar.log).not.toContain('/mine event');
  });

  it('an adapter may only choose among the messages it was given, unmodified', async () => {
    const { database, connect, sidecar } = await start();
    const socket = await connect();
    const copied = socket.emitWithAck('copy');
    await socket.emitWithAck('waits');
    await database.insert('each', { to: 'anna', text: 'hello' });
    expect(await copied).toMatchObject({ ok: false, code: 'adapter_choice' });
    expect(sidecar.log).toMatch(/adapter_choice: Copier\.get returned .*"hello".*, which it was not given/);
  });
});
