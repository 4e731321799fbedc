import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { RawWebSocket } from '../../support/network/raw-web-socket.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const start = async () => TestSidecar.start(await TestDatabase.create(), {});

async function open(sidecar: TestSidecar): Promise<Socket> {
  const { hostname, port } = new URL(sidecar.url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Everything that is answered to a request with so many bytes of cookies. */
async function ask(sidecar: TestSidecar, bytes: number): Promise<string> {
  const socket = await open(sidecar);
  const lines = ['GET /socket.io/?EIO=4&transport=polling HTTP/1.1', 'Host: here', 'Connection: close'];
  socket.write(`${lines.join('\r\n')}\r\nCookie: c=${'x'.repeat(bytes)}\r\n\r\n`);
  return text(socket);
}

it.each([17_000, 40_000, 60_000])('%i bytes of cookies keep nobody out', async (bytes) => {
  const sidecar = await start();
  expect(await ask(sidecar, bytes)).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*"sid":/);
  const raw = await RawWebSocket.open(sidecar.url, { Cookie: `c=${'x'.repeat(bytes)}` });
  expect(raw.status).toMatch(/^HTTP\/1\.1 101 /);
  expect(sidecar.log).not.toContain('headers_too_large');
});

it.each([70_000, 5_000_000])('%i bytes are refused with 431, and the log says so once', async (bytes) => {
  const sidecar = await start();
  for (let count = 0; count < 3; count += 1) {
    expect(await ask(sidecar, bytes)).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
  }
  expect(
    sidecar.log.match(/WARNING \? web_socketio: headers_too_large: .*65536 bytes.*docker\/nginx/g),
  ).toHaveLength(1);
  expect(await ask(sidecar, 1)).toMatch(/^HTTP\/1\.1 200 OK/);
});

it('what is no HTTP is refused with 400, and the log says so once', async () => {
  const sidecar = await start();
  for (let count = 0; count < 3; count += 1) {
    const socket = await open(sidecar);
    // As a browser begins TLS.
    socket.write(Buffer.from('160301020001000001fc0303', 'hex'));
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  }
  expect(sidecar.log.match(/request_malformed: .* answered 400 \(Parse Error: /g)).toHaveLength(1);
});

it('a client that goes away in the middle of its request is no line of the log', async () => {
  const sidecar = await start();
  const before = sidecar.log;
  const socket = await open(sidecar);
  socket.write('GET /socket.io/ HTTP/1.1\r\nCookie: c=', () => socket.resetAndDestroy());
  await once(socket, 'close');
  await expect.poll(() => ask(sidecar, 1)).toMatch(/^HTTP\/1\.1 200 OK/);
  expect(sidecar.log.slice(before.length)).not.toContain('request_malformed');
});
