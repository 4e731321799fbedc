import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type BusStage, startBusStage } from '../../support/bus/bus-stage.ts';
import { BusWebSocket } from '../../support/bus/bus-web-socket.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const WHOLE = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': KEY,
};

/** What is answered to a request for a WebSocket. `undefined` leaves a header out. */
function ask(
  url: string,
  headers: Readonly<Record<string, string | undefined>>,
  method = 'GET',
): Promise<{ status: number; code: string; headers: Record<string, unknown> }> {
  const given = Object.fromEntries(
    Object.entries({ ...WHOLE, Origin: url, ...headers }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
  return new Promise((resolve, reject) => {
    const client = request(`${url}/websocket`, { method, headers: given });
    client.on('error', reject);
    client.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, code: '', headers: response.headers });
    });
    client.on('response', (response) => {
      let text = '';
      response.on('data', (data: Buffer) => {
        text += data.toString();
      });
      response.on('end', () => {
        const { code }: { code: string } = text.startsWith('{') ? JSON.parse(text) : { code: text };
        resolve({ status: response.statusCode ?? 0, code, headers: response.headers });
      });
    });
    client.end();
  });
}

it('accepts what a browser sends, and nothing that Odoo would refuse', async () => {
  const { sidecar } = await startBusStage();
  const { url } = sidecar;
  const taken = await ask(url, {
    'Sec-WebSocket-Protocol': 'chat',
    'Sec-WebSocket-Extensions': 'permessage-deflate',
  });
  expect(taken.status).toBe(101);
  expect(taken.headers).toMatchObject({ 'sec-websocket-accept': 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=' });
  // Neither is used: Odoo knows none of them.
  expect(taken.headers).not.toHaveProperty('sec-websocket-protocol');
  expect(taken.headers).not.toHaveProperty('sec-websocket-extensions');
  const refused = async (headers: Record<string, string | undefined>, method?: string) => {
    const { status, code } = await ask(url, headers, method);
    return [status, code];
  };
  const bad = [400, 'bus_handshake_invalid'];
  expect(await refused({ Origin: undefined })).toEqual(bad);
  expect(await refused({ 'Sec-WebSocket-Key': undefined })).toEqual(bad);
  expect(await refused({ 'Sec-WebSocket-Key': 'dG9vIHNob3J0' })).toEqual(bad);
  expect(await refused({ 'Sec-WebSocket-Key': 'no base64, is it? no, no' })).toEqual(bad);
  expect(await refused({ 'Sec-WebSocket-Version': undefined })).toEqual(bad);
  expect(await refused({ Upgrade: 'h2c' })).toEqual(bad);
  expect(await refused({ Upgrade: undefined, Connection: 'close' })).toEqual(bad);
  expect(await refused({ Connection: 'close' })).toEqual(bad);
  expect(await refused({}, 'POST')).toEqual(bad);
  const old = await ask(url, { 'Sec-WebSocket-Version': '8' });
  expect([old.status, old.code]).toEqual([426, 'bus_handshake_invalid']);
  expect(old.headers).toMatchObject({ 'sec-websocket-version': '13' });
  // Each in full once a minute, however often it came: twice it was the key.
  expect(sidecar.log.match(/bus_handshake_invalid: .* Refused: Odoo's bus, from 127\.0\.0\.1/g)).toHaveLength(
    9,
  );
});

it('takes that path, and leaves all others to Odoo', async () => {
  const { sidecar } = await startBusStage();
  for (const path of ['/websocket/', '/websocket/health', '/websockets', '/bus/websocket_worker_bundle']) {
    expect((await fetch(`${sidecar.url}${path}`)).status, path).toBe(404);
  }
});

it('an outdated script is told so before anything it sends is looked at, and a program without a User-Agent is not', async () => {
  const { sidecar, odoo } = await startBusStage();
  const browser = { 'User-Agent': 'Mozilla/5.0' };
  const outdated = BusWebSocket.begin(sidecar.url, browser, '?version=18.0-7');
  outdated.ws.on('open', () => outdated.subscribe(['a']));
  expect(await outdated.closed).toEqual({ code: 1000, reason: 'OUTDATED_VERSION' });
  expect(odoo.route.asks).toEqual([]);
  const nameless = BusWebSocket.begin(sidecar.url, browser);
  expect(await nameless.closed).toEqual({ code: 1000, reason: 'OUTDATED_VERSION' });
  const present = await BusWebSocket.open(sidecar.url, browser, '?version=19.0-2');
  const program = await BusWebSocket.open(sidecar.url);
  for (const socket of [present, program]) socket.subscribe();
  await expect.poll(() => odoo.route.asks).toHaveLength(2);
  expect([present.ws.readyState, program.ws.readyState]).toEqual([1, 1]);
});

it('a page stays while Odoo cannot be asked what it has', async () => {
  const { sidecar, odoo } = await startBusStage();
  const browser = { 'User-Agent': 'Mozilla/5.0' };
  odoo.stop();
  const early = await BusWebSocket.open(sidecar.url, browser, '?version=19.0-3');
  odoo.route.facts = { ...odoo.route.facts, version: '19.0-3' };
  await odoo.start();
  early.subscribe();
  await expect.poll(() => odoo.route.asks).toHaveLength(1);
  expect(early.ws.readyState).toBe(1);
});

describe('Pages of other sites', () => {
  let stage: BusStage;

  it('are visitors, whatever session their browser has, and the log says so once', async () => {
    stage = await startBusStage();
    const { headers, uid } = await stage.logIn('foreign fanny');
    const foreign = { ...headers, Origin: 'https://evil.example' };
    const page = await stage.hearing([], foreign);
    await BusWebSocket.open(stage.sidecar.url, foreign);
    expect(stage.odoo.route.asks.map(({ cookie }) => cookie)).toEqual(['']);
    const own = await stage.hearing([], headers);
    const partner = JSON.stringify([stage.database.name, 'res.partner', uid]);
    await stage.database.query(
      `INSERT INTO bus_bus (channel, message, create_date) VALUES ($1, $2, now() AT TIME ZONE 'UTC')`,
      [partner, '{"type":"test","payload":"secret"}'],
    );
    await stage.notify('broadcast', 'for all');
    await own.until(2);
    await page.until(2);
    expect(own.payloads).toContain('secret');
    expect(page.payloads).not.toContain('secret');
    expect(stage.sidecar.log.match(/bus_origin_foreign/g)).toHaveLength(1);
    expect(stage.sidecar.log).not.toContain(headers.Cookie);
  });

  it('are all pages behind a proxy that says nothing of the address: the log says what to change', async () => {
    stage = await startBusStage();
    const { sidecar, logIn, odoo } = stage;
    const { headers } = await logIn('proxied paula');
    const page = { ...headers, Origin: 'https://localhost:8443' };
    const open = async (more: Readonly<Record<string, string>>) => {
      const { length } = odoo.route.asks;
      const socket = await BusWebSocket.open(sidecar.url, { ...page, ...more });
      socket.subscribe();
      await expect.poll(() => odoo.route.asks).toHaveLength(length + 1);
      return odoo.route.asks.at(-1)?.cookie;
    };
    expect(await open({ 'X-Forwarded-Host': 'localhost:8443' })).toBe(headers.Cookie);
    // Without the port, as some write it.
    expect(await open({ Host: 'localhost' })).toBe(headers.Cookie);
    expect(sidecar.log).not.toContain('bus_origin_foreign');
    expect(await open({ Host: '127.0.0.1:8068' })).toBe('');
    expect(sidecar.log).toContain(
      `bus_origin_foreign: Pages of "https://localhost:8443" ask for Odoo's bus of "127.0.0.1:8068"`,
    );
    expect(sidecar.log).toContain('let the proxy hand on Host, or X-Forwarded-Host.');
  });

  it('are refused if there is a list of origins without them, and are like its own if it has them', async () => {
    const limits = { origins: ['https://shop.example'] };
    stage = await startBusStage({ limits });
    const { headers } = await stage.logIn('listed lisa');
    const { url } = stage.sidecar;
    expect(await BusWebSocket.refusal(url, { ...headers, Origin: 'https://evil.example' })).toBe(403);
    const listed = await BusWebSocket.open(url, { ...headers, Origin: 'https://shop.example' });
    listed.subscribe();
    await expect.poll(() => stage.odoo.route.asks).toHaveLength(1);
    expect(stage.odoo.route.asks[0]?.cookie).toBe(headers.Cookie);
    expect(stage.sidecar.log).toContain('origin_refused');
    expect(stage.sidecar.log).not.toContain('bus_origin_foreign');
  });
});
