import { once } from 'node:events';
import { expect, it } from 'vitest';
import { startBusStage } from '../../support/bus/bus-stage.ts';
import { BusWebSocket } from '../../support/bus/bus-web-socket.ts';
import { RawWebSocket } from '../../support/network/raw-web-socket.ts';

const MASK = Buffer.from([0, 0, 0, 0]);
const PING = Buffer.from([0x89, 0x80, ...MASK]);

it('does nothing with frames that Odoo would not understand, says so once, and serves the page further', async () => {
  const { sidecar, odoo, notify, hearing } = await startBusStage();
  odoo.route.facts = { ...odoo.route.facts, rate_limit_burst: 1_000 };
  // Odoo tells it with its first answer.
  const { last } = await hearing([]);
  const page = await BusWebSocket.open(sidecar.url);
  const data = (more: object) => ({ event_name: 'subscribe', data: { channels: [], last: 0, ...more } });
  for (const text of ['{', '', '[]', '5', 'null', '"x"', '{"event_name": {}}', '\u0000\u0000'])
    page.ws.send(text);
  for (const frame of [{ data: {} }, data({ channels: 'abc' }), data({ channels: [5] }), data({ last: 'x' })])
    page.send(frame);
  // What nests deeper than a stack goes, which would end the process.
  const deep = '['.repeat(20_000) + ']'.repeat(20_000);
  page.ws.send(`{"event_name":"any","data":${deep}}`);
  page.ws.send(`{"event_name":"subscribe","data":{"channels":[${deep}],"last":0}}`);
  page.ws.send(Buffer.from([0]));
  page.ws.send(Buffer.from([0xff, 0xfe]), { binary: true });
  page.subscribe(['mine'], last);
  await notify('mine', 'served');
  expect(await page.until(1)).toEqual(['served']);
  expect(odoo.route.asks).toHaveLength(2);
  expect(sidecar.log.match(/bus_frame_invalid/g)).toHaveLength(1);
});

it('takes a binary frame for the same, and one in pieces', async () => {
  const { sidecar, notify } = await startBusStage();
  const binary = await BusWebSocket.open(sidecar.url);
  binary.ws.send(Buffer.from('{"event_name":"subscribe","data":{"channels":["mine"],"last":0}}'), {
    binary: true,
  });
  const pieces = await BusWebSocket.open(sidecar.url);
  pieces.ws.send('{"event_name":"subscribe","data":', { fin: false });
  // A browser's own, in the middle of it.
  pieces.ws.ping();
  pieces.ws.send('{"channels":["mine"],"last":0}}', { fin: true });
  await notify('mine', 'served');
  expect(await Promise.all([binary.until(1), pieces.until(1)])).toEqual([['served'], ['served']]);
});

it.each([
  ['is not masked', Buffer.from([0x81, 0x02, 0x7b, 0x7d]), 1002],
  ['has a reserved bit', Buffer.from([0xc1, 0x80, ...MASK]), 1002],
  ['has an opcode that there is not', Buffer.from([0x83, 0x80, ...MASK]), 1002],
  ['continues nothing', Buffer.from([0x80, 0x80, ...MASK]), 1002],
  ['is a ping in pieces', Buffer.from([0x09, 0x80, ...MASK]), 1002],
  ['is a ping of 126 bytes', Buffer.from([0x89, 0xfe, 0x00, 0x7e, ...MASK]), 1002],
  ['is text that is no UTF-8', Buffer.from([0x81, 0x82, ...MASK, 0xff, 0xfe]), 1007],
  ['closes with a code that there is not', Buffer.from([0x88, 0x82, ...MASK, 0x03, 0xed]), 1002],
  ['closes with half a code', Buffer.from([0x88, 0x81, ...MASK, 0x03]), 1002],
  ['is of more than a megabyte', Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 0x01, ...MASK]), 1009],
  ['closes without a code', Buffer.from([0x88, 0x80, ...MASK]), 1000],
  ['closes with a code of its own', Buffer.from([0x88, 0x82, ...MASK, 0x0f, 0xa0]), 4000],
])('answers a frame that %s with a close code, as Odoo', async (_, frame, code) => {
  const { sidecar } = await startBusStage();
  const raw = await RawWebSocket.openAt(sidecar.url, '/websocket', { Origin: sidecar.url });
  raw.tcp.write(frame);
  await raw.closed;
  expect(raw.closeCode).toBe(code);
});

it('closes a page that sends more than ten frames at once, pings among them, and says so once', async () => {
  const { sidecar } = await startBusStage();
  const close = async () => {
    const raw = await RawWebSocket.openAt(sidecar.url, '/websocket', { Origin: sidecar.url });
    for (let count = 0; count < 6; count += 1) {
      raw.send('\u0000');
      raw.tcp.write(PING);
    }
    await raw.closed;
    return raw.closeCode;
  };
  expect(await Promise.all([close(), close(), close()])).toEqual([1013, 1013, 1013]);
  expect(sidecar.log.match(/bus_too_many_frames/g)).toHaveLength(1);
});

it('how many frames may come is what Odoo is configured with', async () => {
  const { odoo, hearing } = await startBusStage();
  odoo.route.facts = { ...odoo.route.facts, rate_limit_burst: 3, rate_limit_delay: 60 };
  // Odoo tells it with its first answer.
  const page = await hearing([]);
  page.send({});
  page.send({});
  page.send({});
  expect(await page.closed).toEqual({ code: 1013, reason: '' });
});

it('serves 10,000 channels, and a last notification from the future', async () => {
  const { sidecar, notify } = await startBusStage();
  const page = await BusWebSocket.open(sidecar.url);
  page.subscribe(
    Array.from({ length: 10_000 }, (_, index) => `channel ${index}`),
    1e18,
  );
  await notify('channel 0', 'first');
  await notify('channel 9999', 'last');
  expect(await page.until(2)).toEqual(['first', 'last']);
});

it('hands an event that it does not know to Odoo', async () => {
  const { sidecar, odoo } = await startBusStage();
  const page = await BusWebSocket.open(sidecar.url);
  page.subscribe();
  page.send({ event_name: 'something_of_an_addon', data: { any: ['thing'] } });
  await expect
    .poll(() => odoo.route.carried.map(({ ask }) => [ask.event_name, ask.data]))
    .toEqual([['something_of_an_addon', { any: ['thing'] }]]);
});

it('cuts a page off that does not read, and nobody else', async () => {
  const { sidecar, database, hearing } = await startBusStage({ limits: { queueBytes: 1_000 } });
  const reader = await hearing(['big']);
  const raw = await RawWebSocket.openAt(sidecar.url, '/websocket', { Origin: sidecar.url });
  raw.send('{"event_name":"subscribe","data":{"channels":["big"],"last":0}}');
  const answered = once(raw, 'more');
  const send = (count: number) =>
    database.query(
      `INSERT INTO bus_bus (channel, message, create_date)
       SELECT $1, $2, now() AT TIME ZONE 'UTC' FROM generate_series(1, $3)`,
      [
        JSON.stringify([database.name, 'big']),
        JSON.stringify({ type: 'test', payload: 'x'.repeat(10_000) }),
        count,
      ],
    );
  await send(1);
  await answered;
  raw.tcp.pause();
  // More than the system's own buffers hold.
  let sent = 1;
  while (!sidecar.log.includes('client_slow')) {
    await send(100);
    sent += 100;
    await reader.until(sent);
  }
  raw.tcp.resume();
  await raw.closed;
  expect(reader.ws.readyState).toBe(1);
});
