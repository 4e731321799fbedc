import { describe, expect, it } from 'vitest';
import { newChannel } from '../../support/bus/bus-sender.ts';
import type { BusSocket } from '../../support/bus/bus-socket.ts';
import { OPCODE, RawBusSocket, type RawFrame } from '../../support/bus/raw-bus-socket.ts';
import { type GetServed, listen, open, settle, subscribe } from './served.ts';

const MESSAGE_MAX = 2 ** 20;
const NEST = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
const subscribeFrame = (channel: string) =>
  JSON.stringify({ event_name: 'subscribe', data: { channels: [channel], last: 0 } });

/** What a page, or somebody else, may send. */
export function frameCases(served: GetServed): void {
  describe('goes on with what the socket heard before, after', () => {
    it.each<[string, (socket: BusSocket) => void]>([
      ['text that is no JSON', (socket) => socket.send('{"event_name":')],
      ['an empty text', (socket) => socket.send('')],
      ['a number', (socket) => socket.send('5')],
      ['a list', (socket) => socket.send('[]')],
      ['JSON without an event', (socket) => socket.send({ data: { channels: [], last: 0 } })],
      ['data that nest 5,000 deep', (socket) => socket.send(`{"event_name":"x","data":${NEST}}`)],
      [
        'channels that nest 5,000 deep',
        (socket) => socket.send(`{"event_name":"subscribe","data":{"channels":${NEST},"last":0}}`),
      ],
      ['an unknown event', (socket) => socket.event('nobody_knows_it', { a: 1 })],
      ['a text of one zero byte, by which pages try their connection', (socket) => socket.send('\0')],
      ['a binary frame of one zero byte', (socket) => socket.send(Buffer.of(0))],
      ['other bytes', (socket) => socket.send(Buffer.of(1, 2, 3))],
      ['a subscription without data', (socket) => socket.send({ event_name: 'subscribe' })],
      ['a subscription without channels', (socket) => socket.event('subscribe', { last: 0 })],
      ['a subscription without a last id', (socket) => socket.event('subscribe', { channels: [] })],
      ['channels that are no strings', (socket) => socket.subscribe([['odoo', 'discuss.channel', 5]])],
      ['a channel that is null', (socket) => socket.subscribe([null])],
      ['channels that are a number', (socket) => socket.event('subscribe', { channels: 7, last: 0 })],
      ['a last id that is a text', (socket) => socket.subscribe([], 'the last')],
      ['a last id that is null', (socket) => socket.subscribe([], null)],
      ['a presence without its time', (socket) => socket.event('update_presence', {})],
      ['a presence of a text', (socket) => socket.event('update_presence', { inactivity_period: 'long' })],
    ])('%s', async (_, send) => {
      const channel = newChannel();
      const socket = await listen(served(), [channel]);
      send(socket);
      await settle(served(), socket, channel);
      // A subscription that follows is served.
      await subscribe(served(), socket, [channel]);
      await settle(served(), socket, channel);
      expect(socket.isOpen).toBe(true);
    });
  });

  it.each([
    ['half a character', '\ud800'],
    ['a zero byte', 'a\0b'],
  ])('takes a channel with %s, which nobody can send to, among others', async (_, impossible) => {
    const channel = newChannel();
    const socket = await open(served());
    // Odoo's worker fails to look for its notifications, and the socket hears nothing until it subscribes anew.
    if (served().name === 'the evented worker') socket.subscribe([channel, impossible]);
    else await subscribe(served(), socket, [channel, impossible]);
    await subscribe(served(), socket, [channel]);
    await settle(served(), socket, channel);
    expect(socket.isOpen).toBe(true);
  });

  it('takes 10,000 channels', async () => {
    const wanted = newChannel();
    // With that by which `listen` sees that it is done.
    const channels = Array.from({ length: 9_998 }, (_, index) => `${wanted} of many ${index}`);
    const socket = await listen(served(), [...channels, wanted]);
    for (const channel of [wanted, `${wanted} of many 0`, `${wanted} of many 9997`]) {
      await settle(served(), socket, channel);
    }
  });

  it('takes an event as bytes', async () => {
    const channel = newChannel();
    const socket = await open(served());
    socket.send(Buffer.from(subscribeFrame(channel)));
    await settle(served(), socket, channel);
  });

  it('takes an event in fragments, with a ping between them', async () => {
    const channel = newChannel();
    const socket = await RawBusSocket.open(served().server.url);
    const text = subscribeFrame(channel);
    socket.send({ opcode: OPCODE.text, payload: text.slice(0, 10), isLast: false });
    socket.send({ opcode: OPCODE.ping, payload: 'are you there?' });
    socket.send({ opcode: OPCODE.continuation, payload: text.slice(10) });
    expect(`${await socket.next(OPCODE.pong)}`).toBe('are you there?');
    await served().sender.send(channel, 'in fragments');
    expect(`${await socket.next(OPCODE.text)}`).toContain('in fragments');
  });

  it('answers a close with the same code', async () => {
    const socket = await RawBusSocket.open(served().server.url);
    const payload = Buffer.from('\0\0bye');
    payload.writeUInt16BE(4000, 0);
    socket.send({ opcode: OPCODE.close, payload });
    expect(await socket.closeCode()).toBe(4000);
    await socket.closed;
  });

  it('ends the connection after a close of one byte', async () => {
    const socket = await RawBusSocket.open(served().server.url);
    socket.send({ opcode: OPCODE.close, payload: 'x' });
    // The sidecar says 1002 before, and waits for an answer.
    if (served().name === 'the sidecar') {
      expect(await socket.closeCode()).toBe(1002);
    }
    await socket.closed;
  });

  const tooMuch = 'x'.repeat(MESSAGE_MAX - 10);
  it.each<[string, number, RawFrame[]]>([
    ['a message of more than a mebibyte', 1009, [{ opcode: OPCODE.text, length: MESSAGE_MAX + 1 }]],
    [
      'fragments that are more than that together',
      1009,
      [
        { opcode: OPCODE.text, payload: tooMuch, isLast: false },
        { opcode: OPCODE.continuation, payload: tooMuch },
      ],
    ],
    ['a frame without a mask', 1002, [{ opcode: OPCODE.text, payload: '{}', isMasked: false }]],
    ['a reserved bit', 1002, [{ opcode: OPCODE.text, payload: '{}', reserved: 4 }]],
    ['an unknown kind of frame', 1002, [{ opcode: OPCODE.unknown, payload: '{}' }]],
    ['a continuation of nothing', 1002, [{ opcode: OPCODE.continuation, payload: '{}' }]],
    ['a ping in fragments', 1002, [{ opcode: OPCODE.ping, isLast: false }]],
    ['a ping that is too long', 1002, [{ opcode: OPCODE.ping, payload: 'x'.repeat(126) }]],
    ['text that is no UTF-8', 1007, [{ opcode: OPCODE.text, payload: Buffer.of(0xff, 0xfe) }]],
  ])('closes after %s, with %i', async (_, code, frames) => {
    const socket = await RawBusSocket.open(served().server.url);
    for (const frame of frames) socket.send(frame);
    expect(await socket.closeCode()).toBe(code);
  });
}
