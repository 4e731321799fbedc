import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { defer } from '../../../sidecar/src/lib/deferred.ts';
import { serving, startBusStage } from '../../support/bus/bus-stage.ts';
import { BusWebSocket } from '../../support/bus/bus-web-socket.ts';
import { startHttp } from '../../support/network/http-server.ts';
import { SCHEMA_DROP } from '../../support/postgres/catalog/database-schema.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { freePort } from '../../support/process/free-port.ts';
import { TestSidecar } from '../../support/sidecar/test-sidecar.ts';

/** A server of WebSockets in the place of Odoo's evented worker. */
async function startWorker() {
  const connections: { ws: WebSocket; request: IncomingMessage; texts: string[] }[] = [];
  const server = new WebSocketServer({ noServer: true });
  const url = await startHttp(
    (_, response) => response.end(),
    (http) =>
      http.on('upgrade', (request, socket, head) =>
        server.handleUpgrade(request, socket, head, (ws) => {
          const texts: string[] = [];
          ws.on('message', (data, isBinary) => texts.push(isBinary ? `binary ${data}` : `${data}`));
          connections.push({ ws, request, texts });
        }),
      ),
  );
  const connection = async (index: number) => {
    await expect.poll(() => connections.length).toBeGreaterThan(index);
    const one = connections[index];
    if (one === undefined) throw new Error('There is no such connection.');
    return one;
  };
  return { url, connections, connection };
}

/** Without `web_socketio_bus`, beside that worker. */
const startWithout = (eventedUrl: string) => startBusStage({ eventedUrl }, false);

it('passes a connection for a database without the addon on as it is, in both directions, to its end', async () => {
  const worker = await startWorker();
  const { sidecar } = await startWithout(worker.url);
  const headers = {
    Cookie: 'session_id=abc; dgid=1',
    Origin: 'https://shop.example',
    'User-Agent': 'Firefox',
  };
  const page = await BusWebSocket.open(sidecar.url, headers, '?version=17.0-1');
  const { ws, request, texts } = await worker.connection(0);
  expect(request.url).toBe('/websocket?version=17.0-1');
  expect(request.headers).toMatchObject({
    ...{ cookie: headers.Cookie, origin: headers.Origin, 'user-agent': 'Firefox' },
    host: new URL(sidecar.url).host,
  });
  page.subscribe(['a'], 3);
  page.ws.send(Buffer.from([0]));
  await expect
    .poll(() => texts)
    .toEqual(['{"event_name":"subscribe","data":{"channels":["a"],"last":3}}', 'binary \0']);
  ws.send('[{"id":4,"message":{"type":"t","payload":5}}]');
  expect(await page.until(1)).toEqual([5]);
  ws.close(4001, 'over');
  expect(await page.closed).toEqual({ code: 4001, reason: 'over' });
  const other = await BusWebSocket.open(sidecar.url);
  const { ws: second } = await worker.connection(1);
  const closed = once(second, 'close');
  other.ws.close(4000, 'mine');
  expect(String(await closed)).toBe('4000,mine');
});

it('passes a connection on where web_socketio itself is not installed, and otherwise says what is missing', async () => {
  const worker = await startWorker();
  const database = await TestDatabase.create();
  await database.query(SCHEMA_DROP);
  const alone = await TestSidecar.start(database, {});
  const beside = await TestSidecar.start(database, {}, { eventedUrl: worker.url });
  for (const sidecar of [alone, beside]) await expect.poll(() => sidecar.log).toContain('module_missing: ');
  await BusWebSocket.open(beside.url);
  await worker.connection(0);
  expect(await BusWebSocket.refusal(alone.url)).toBe(503);
  expect(alone.log).toContain(
    `bus_not_installed: The addon web_socketio_bus is not installed in '${database.name}' (module_missing): `,
  );
});

it('tells the evented worker of a page that has vanished, and a page of a worker that has', async () => {
  const worker = await startWorker();
  const { sidecar } = await startWithout(worker.url);
  const page = await BusWebSocket.open(sidecar.url);
  const { ws } = await worker.connection(0);
  const closed = once(ws, 'close');
  page.ws.terminate();
  expect((await closed)[0]).toBe(1006);
  const other = await BusWebSocket.open(sidecar.url);
  (await worker.connection(1)).ws.terminate();
  expect(await other.closed).toEqual({ code: 1013, reason: '' });
});

it('closes a page that sends more than an evented worker that hangs will ever take', async () => {
  const worker = await startWorker();
  const { sidecar } = await startWithout(worker.url);
  const page = await BusWebSocket.open(sidecar.url);
  const { ws } = await worker.connection(0);
  ws.pause();
  // Otherwise it would never see that the other end is gone, and its server would wait for it.
  onTestFinished(() => ws.terminate());
  for (let count = 0; count < 60; count += 1) page.ws.send('x'.repeat(1_000_000));
  expect((await page.closed).code).toBe(1013);
  expect(sidecar.log.match(/evented_unreachable/g)).toHaveLength(1);
  ws.resume();
  await once(ws, 'close');
});

it('passes a connection on once Odoo has said that its session is of a database that is not served, with what it sent', async () => {
  const worker = await startWorker();
  const { sidecar, odoo } = await startBusStage({ eventedUrl: worker.url });
  odoo.route.script = () => ({ refused: 'database', db: 'another' });
  const headers = { Cookie: 'session_id=abc' };
  const page = await BusWebSocket.open(sidecar.url, headers);
  page.subscribe(['a'], 3);
  const { ws, request, texts } = await worker.connection(0);
  expect(request.headers).toMatchObject({ cookie: 'session_id=abc', origin: sidecar.url });
  await expect.poll(() => texts).toEqual(['{"event_name":"subscribe","data":{"channels":["a"],"last":3}}']);
  ws.send('[{"id":4,"message":{"type":"t","payload":5}}]');
  expect(await page.until(1)).toEqual([5]);
  page.send({ event_name: 'more' });
  await expect.poll(() => texts).toHaveLength(2);
  expect(await (await fetch(`${sidecar.url}/metrics`)).text()).toContain('web_socketio_bus_sockets 1\n');
  const closed = once(ws, 'close');
  await sidecar.sidecar.stop();
  expect((await closed)[0]).toBe(1001);
  expect(await page.closed).toEqual({ code: 1001, reason: '' });
});

it('a page whose session is of a database that nobody serves comes back later', async () => {
  const { sidecar, odoo } = await startBusStage();
  odoo.route.script = () => ({ refused: 'database', db: 'another' });
  const page = await BusWebSocket.open(sidecar.url);
  page.subscribe();
  expect((await page.closed).code).toBe(1013);
});

it('a page whose database Odoo does not open, though it has the addon, is passed on or closed, and the log says why', async () => {
  const worker = await startWorker();
  const { sidecar, odoo, startSidecar } = await startBusStage({ eventedUrl: worker.url });
  const alone = await startSidecar({ eventedUrl: null });
  await serving(alone);
  // As an Odoo that was not restarted since its addons_path got the addon.
  odoo.route.instead = (response) => void response.writeHead(404).end();
  for (const index of [0, 1]) {
    const page = await BusWebSocket.open(sidecar.url);
    page.subscribe();
    await worker.connection(index);
  }
  const why = `Odoo at ${odoo.url} does not open '${odoo.database}' for the host '`;
  const passed = `bus_database_unserved: Pages are passed on to Odoo's evented worker, though web_socketio_bus is installed: ${why}`;
  await expect.poll(() => sidecar.log).toContain(passed);
  expect(sidecar.log.match(/bus_database_unserved/g)).toHaveLength(1);
  const closed = await BusWebSocket.open(alone.url);
  closed.subscribe();
  expect((await closed.closed).code).toBe(1013);
  await expect
    .poll(() => alone.log)
    .toContain(`bus_database_unserved: A page cannot be served Odoo's bus: ${why}`);
  expect(alone.log).toMatch(/'Some modules are not loaded'.*operations\.md\.$/m);
  expect(alone.log).not.toContain('Install web_socketio_bus');
});

it('answers 502 while the evented worker is away, and says why once', async () => {
  const { sidecar } = await startWithout(`http://127.0.0.1:${await freePort()}`);
  expect(await BusWebSocket.refusal(sidecar.url)).toBe(502);
  expect(await BusWebSocket.refusal(sidecar.url)).toBe(502);
  expect(sidecar.log.match(/evented_unreachable/g)).toHaveLength(1);
});

it('a page that leaves while the evented worker thinks about it is forgotten', async () => {
  let asked = 0;
  const left = defer();
  const url = await startHttp(
    (_, response) => response.end(),
    (http) =>
      http.on('upgrade', (_request, socket) => {
        asked += 1;
        socket.on('error', () => undefined);
        socket.once('end', () => socket.destroy());
        socket.once('close', () => left.resolve());
        socket.resume();
      }),
  );
  const { sidecar } = await startWithout(url);
  const page = BusWebSocket.begin(sidecar.url);
  await expect.poll(() => asked).toBe(1);
  page.ws.terminate();
  await left.promise;
  expect(sidecar.log).not.toContain('evented_unreachable');
});
