import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { newChannel } from '../../support/bus/bus-sender.ts';
import { askHttp } from '../../support/network/http-answer.ts';
import { type GetServed, listen, open, openAs, settle, subscribe } from './served.ts';

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36';
const OUTDATED = { code: 1000, reason: 'OUTDATED_VERSION' };

/** How a socket is opened, or refused. */
export function handshakeCases(served: GetServed): void {
  it('serves a page without a cookie as a visitor', async () => {
    const channel = newChannel();
    const socket = await listen(served(), [channel]);
    await served().sender.send(channel, 'hello', { to: 'a visitor' });
    expect((await socket.next('hello')).message.payload).toEqual({ to: 'a visitor' });
  });

  it.each([
    ['without an Origin', 400, { Origin: undefined }],
    ['without a key', 400, { 'Sec-WebSocket-Key': undefined }],
    ['with a key that is no Base64', 400, { 'Sec-WebSocket-Key': 'no Base64 at all!' }],
    ['with a key that is too short', 400, { 'Sec-WebSocket-Key': randomBytes(8).toString('base64') }],
    ['of another version of the protocol', 426, { 'Sec-WebSocket-Version': '12' }],
    ['without a version of the protocol', 400, { 'Sec-WebSocket-Version': undefined }],
    ['to something else than WebSocket', 400, { Upgrade: 'another' }],
  ])('refuses an upgrade %s', async (_, status, changed) => {
    const { url } = served().server;
    const headers = Object.entries({
      Origin: url,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      ...changed,
    }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
    const answer = await askHttp(`${url}/websocket`, { headers: Object.fromEntries(headers) });
    // Odoo 19.0 means to answer 426, and fails with the Werkzeug of Debian 12: its own get_headers takes one argument.
    if (status === 426 && served().name === 'the evented worker') expect(answer.status).toBe(500);
    else expect(answer.status).toBe(status);
    if (answer.status === 426) expect(answer.headers['sec-websocket-version']).toBe('13');
  });

  it('refuses a request that is no upgrade', async () => {
    const { url } = served().server;
    expect(await askHttp(`${url}/websocket`, { headers: { Origin: url } })).toMatchObject({ status: 400 });
  });

  it.each([
    ['another version', '17.0-0'],
    ['no version', null],
  ])(
    'tells a browser whose worker is of %s that it is out of date, before it sends anything',
    async (_, version) => {
      const socket = await open(served(), { version, userAgent: CHROME });
      expect(await socket.closed).toEqual(OUTDATED);
      expect(socket.frames).toEqual([]);
    },
  );

  it('serves a browser whose worker is of its own version', async () => {
    const channel = newChannel();
    const socket = await listen(served(), [channel], { userAgent: CHROME });
    await settle(served(), socket, channel);
  });

  it.each([
    ['another version', '17.0-0'],
    ['no version', null],
  ])('serves a program that is no browser, with %s', async (_, version) => {
    const channel = newChannel();
    const socket = await listen(served(), [channel], { version });
    await settle(served(), socket, channel);
  });

  it('serves a page of another site as a visitor, whatever cookies its browser sends', async () => {
    const { sender, member } = served();
    const { session, partner } = await member('Carla');
    const [there, here] = [newChannel(), newChannel()];
    const foreign = await openAs(served(), session, { origin: 'http://elsewhere.example' });
    await subscribe(served(), foreign, [there]);
    const own = await openAs(served(), session);
    await subscribe(served(), own, [here]);
    await sender.sendTo('res.partner', partner, 'secret');
    await own.next('secret');
    await settle(served(), foreign, there);
    expect(foreign.types).not.toContain('secret');
  });
}
