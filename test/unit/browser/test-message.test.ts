import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { sendTestMessage } from '../../../addon/web_longpolling/src/test-message.ts';

/** The shared socket, with the sidecar behind it. */
class FakeSocket extends EventEmitter {
  connected = true;
  subscribed = 0;
  /** What the sidecar does when a page asks for test messages. */
  onSubscribe: (answer: (value: unknown) => void) => void = () => this.emit('web_socketio.test.ready');

  subscribe(_event: string, answer: unknown): () => void {
    this.subscribed += 1;
    queueMicrotask(() => typeof answer === 'function' && this.onSubscribe((value) => answer(value)));
    return () => {
      this.subscribed -= 1;
    };
  }

  get listening(): number {
    return this.eventNames().length;
  }
}

const PATIENCE = { patienceMs: 50 };

it('says how long a message took that came, even before Odoo had answered, and leaves nothing behind', async () => {
  const socket = new FakeSocket();
  const send = async (tag: string) => {
    socket.emit('web_socketio.test', [{ to_id: 2, tag: 'another page' }]);
    socket.emit('web_socketio.test', 'nonsense');
    socket.emit('web_socketio.test', [{ to_id: 2, tag }]);
  };
  const { arrived, text } = await sendTestMessage({ socket, send, ...PATIENCE });
  expect(arrived).toBe(true);
  expect(text).toMatch(/^The message came, \d+ ms after the click\. Odoo had answered after \d+ ms\.$/);
  expect([socket.subscribed, socket.listening]).toEqual([0, 0]);
});

it.each<[string, (socket: FakeSocket) => void, RegExp]>([
  [
    'is not connected',
    (socket) => Object.assign(socket, { connected: false }),
    /is not connected to a sidecar/,
  ],
  [
    'has a sidecar that says nothing',
    (socket) => Object.assign(socket, { onSubscribe: () => {} }),
    /did not answer within/,
  ],
  [
    'has one of an older release',
    (socket) =>
      Object.assign(socket, {
        onSubscribe: (answer: (value: unknown) => void) => answer({ ok: false, message: 'No.' }),
      }),
    /refused to listen\. No\./,
  ],
  ['gets nothing', () => {}, /it did not come within 0\.05 s/],
])('says what is wrong where a page %s', async (_, prepare, sentence) => {
  const socket = new FakeSocket();
  prepare(socket);
  const result = await sendTestMessage({ socket, send: async () => true, ...PATIENCE });
  expect(result.arrived).toBe(false);
  expect(result.text).toMatch(sentence);
  expect([socket.subscribed, socket.listening]).toEqual([0, 0]);
});

it('leaves what Odoo refuses to Odoo, which tells its user', async () => {
  const socket = new FakeSocket();
  const send = async () => Promise.reject(new Error('Access denied'));
  await expect(sendTestMessage({ socket, send, ...PATIENCE })).rejects.toThrow('Access denied');
  expect([socket.subscribed, socket.listening]).toEqual([0, 0]);
});
