import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { askHttp } from '../../support/network/http-answer.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const MOST_WAITING = 20;
const start = async () => TestSidecar.start(await TestDatabase.create(), {});

/** Begins to wait for an echo that comes later, and returns when its first part is there. */
async function begin(url: string): Promise<IncomingMessage> {
  const request = get(`${url}/socket.io/echo?after=60`, { agent: false });
  request.on('error', () => undefined);
  onTestFinished(() => void request.destroy());
  const [response]: IncomingMessage[] = await once(request, 'response');
  if (response === undefined) throw new Error('Nothing came.');
  response.on('error', () => undefined);
  await once(response, 'data');
  return response;
}

it('says what of a request reached the sidecar, and nothing besides', async () => {
  const { url } = await start();
  const { host } = new URL(url);
  const headers = { 'X-Forwarded-Host': 'erp.example.com', 'X-Forwarded-For': '192.0.2.1', Cookie: 'a=b' };
  const body = Buffer.alloc(3_000, 'b');
  const { status, text } = await askHttp(`${url}/socket.io/echo`, { method: 'POST', headers, body });
  expect([status, JSON.parse(text)]).toEqual([
    200,
    {
      ...{ server: 'web_socketio', instance: expect.stringMatching(/^[0-9a-f]{16}$/) },
      ...{ now: expect.any(Number), host, cookie: true, bytes: 3_000 },
      ...{ forwardedHost: 'erp.example.com', forwardedProto: null, forwardedFor: '192.0.2.1' },
    },
  ]);
});

it('says on a WebSocket no more than who it is, whatever page asks', async () => {
  const { url } = await start();
  const webSocket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/echo`, {
    headers: { 'X-Forwarded-For': '192.0.2.1' },
  });
  const [data] = await once(webSocket, 'message');
  expect(JSON.parse(`${data}`)).toEqual({
    ...{ server: 'web_socketio', instance: expect.any(String), now: expect.any(Number) },
  });
  await once(webSocket, 'close');
});

it('reads no more than it needs of what it is sent', async () => {
  const { url } = await start();
  const headers = { 'X-Forwarded-Host': 'h'.repeat(1_000) };
  const { text } = await askHttp(`${url}/socket.io/echo`, { headers });
  expect(JSON.parse(text).forwardedHost).toBe('h'.repeat(256));
  const body = Buffer.alloc(5 * 2 ** 20);
  const answer = await askHttp(`${url}/socket.io/echo`, { method: 'POST', body }).catch(() => null);
  // Or it is cut before all of it was sent.
  expect([413, undefined]).toContain(answer?.status);
});

it('is the same sidecar each time, and another one is another', async () => {
  const [one, other] = [await start(), await start()];
  const instanceOf = async ({ url }: TestSidecar) =>
    JSON.parse((await askHttp(`${url}/socket.io/echo`)).text).instance;
  expect(await instanceOf(one)).toBe(await instanceOf(one));
  expect(await instanceOf(other)).not.toBe(await instanceOf(one));
});

it('lets twenty wait at a time, and the next one when one of them is gone', async () => {
  const { url } = await start();
  const waiting = await Promise.all(Array.from({ length: MOST_WAITING }, () => begin(url)));
  const { status, text } = await askHttp(`${url}/socket.io/echo?after=60`);
  expect([status, JSON.parse(text)]).toMatchObject([503, { code: 'echo_busy' }]);
  // Who does not wait is answered.
  expect((await askHttp(`${url}/socket.io/echo`)).status).toBe(200);
  waiting[0]?.destroy();
  await expect
    .poll(async () => {
      const request = get(`${url}/socket.io/echo?after=60`, { agent: false });
      request.on('error', () => undefined);
      const [response]: IncomingMessage[] = await once(request, 'response');
      request.destroy();
      return response?.statusCode;
    })
    .toBe(200);
});

it('keeps no sidecar from being stopped', async () => {
  const { url, sidecar } = await start();
  const response = await begin(url);
  const rest = once(response, 'end');
  response.resume();
  await sidecar.stop();
  await rest;
});

it('takes nonsense for no wish at all', async () => {
  const { url } = await start();
  for (const after of ['', '-1', '1e9x', '0.5', 'Infinity', '__proto__']) {
    const { status, text } = await askHttp(`${url}/socket.io/echo?after=${after}&times=1000000`);
    expect([status, text.trim().split('\n').length]).toEqual([200, 1]);
  }
});

it('is refused to pages of other origins, as their sockets are', async () => {
  const { url } = await TestSidecar.start(
    await TestDatabase.create(),
    {},
    {
      limits: { origins: ['https://erp.example.com'] },
    },
  );
  const ask = (origin: string) => askHttp(`${url}/socket.io/echo`, { headers: { Origin: origin } });
  expect((await ask('https://evil.example')).status).toBe(403);
  expect((await ask('https://erp.example.com')).status).toBe(200);
});
