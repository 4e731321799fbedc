import { expect, it } from 'vitest';
import { readControlMessage, writeBroadcast } from '../../../sidecar/src/delivery/control-message.ts';

it('reads a broadcast as a sidecar writes it', () => {
  for (const except of [null, 'socket 7']) {
    const broadcast = { path: '/mine', event: 'heard', args: [{ text: 'hello' }, 2], except };
    expect(readControlMessage(JSON.parse(JSON.stringify(writeBroadcast(broadcast))))).toEqual({
      ...{ kind: 'broadcast', broadcast },
    });
  }
});

it('looks at a session whatever is said of it', () => {
  for (const type of ['ended', 'locked', 'look', 'something of a later version', 7, undefined])
    expect(readControlMessage({ type, session_hash: 'ab' })).toEqual({ kind: 'session', sessionHash: 'ab' });
});

it.each([
  [{}],
  [{ type: 'ended' }],
  [{ type: ['?'], uid: {} }],
  [{ type: 'proof_due', uid: '2' }],
  [{ type: 'ended', session_hash: 7 }],
  [{ type: 'broadcast', path: '/mine', event: 'disconnect', args: [] }],
  [{ type: 'broadcast', path: '/mine', event: 'heard', args: 'no list' }],
  [{ type: 'broadcast', path: '/mine', event: 'heard', args: [], except: 7 }],
  [{ type: 'broadcast', path: ['?'], event: {}, args: [] }],
])('passes over %j, which anybody may have written', (values) => {
  expect(readControlMessage(values)).toBeNull();
});
