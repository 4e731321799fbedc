import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { readText } from '../../support/documents/markdown.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { HELD_DRAIN, holdDrain } from '../../support/sidecar/held-drain.ts';
import { nextEvent, outcome, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

/** A tenth of a second lies between two of them. */
const PAGES = 20;

async function start(settings = {}) {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, { base: HELD_DRAIN }, settings);
  const open = async () => sidecar.connect('/mine', database.name, await database.addToken());
  return { database, sidecar, open };
}

/** The first line of the answer to a request to open a WebSocket. */
function upgrade(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () =>
      socket.write(
        `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
      ),
    );
    socket.once('data', (data) => {
      resolve(data.toString().split('\r\n', 1)[0] ?? '');
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

it('sends its pages away one after the other when it is asked to stop, and takes no new ones', async () => {
  const { database, sidecar, open } = await start({ drainSeconds: 10 });
  const pages = [];
  for (let count = 0; count < PAGES; count += 1) pages.push(await open());
  const holder = await holdDrain(sidecar, database);
  const gone: number[] = [];
  for (const page of pages) page.once('disconnect', () => gone.push(performance.now()));
  const ends = pages.map((page) => nextEvent(page, 'web_socketio.end'));
  const stopped = sidecar.sidecar.stop();
  expect(await ends[0]).toMatchObject([{ code: 'draining', retry: true }]);
  expect((await fetch(`${sidecar.url}/socket.io/?EIO=4&transport=polling`)).status).toBe(503);
  // One that another sidecar has taken and the proxy sends here: it has to be passed on, not refused.
  expect((await fetch(`${sidecar.url}/socket.io/?EIO=4&transport=polling&sid=elsewhere`)).status).toBe(503);
  expect(await upgrade(sidecar.url)).toBe('HTTP/1.1 503 Service Unavailable');
  const late = sidecar.open('/mine', { db: database.name, token: await database.addToken() });
  expect(await outcome(late)).toMatchObject({ code: 'transport' });
  await Promise.all(ends);
  expect(await holder.emitWithAck('ping')).toBe('pong');
  holder.emit('release');
  await stopped;
  const [first = 0, last = 0] = [gone[0], gone.at(-1)];
  expect(gone).toHaveLength(PAGES);
  expect(last - first).toBeGreaterThan(500);
});

it('counts what it does, in the format of Prometheus', async () => {
  const { database, sidecar, open } = await start();
  await open();
  await database.insert('mine', {});
  const metrics = async () => (await fetch(`${sidecar.url}/metrics`)).text();
  await expect.poll(metrics).toContain(`web_socketio_read_total{db="${database.name}"} 1`);
  // It reads by itself for a moment after a message.
  await expect.poll(metrics).toContain(`web_socketio_wake_up_armed{db="${database.name}"} 1`);
  const text = await metrics();
  expect(text).toContain(`web_socketio_postgres_connected{db="${database.name}"} 1`);
  expect(text).toContain('web_socketio_pages 1');
  // An addon and a table have names like theirs.
  const named = /(?<=`)(?!web_socketio_(bus|status)`)(web_socketio|nodejs|process)_[a-z0-9_]+(?=`)/g;
  const watched = readText('docs/operations.md').match(named) ?? [];
  expect(watched.length).toBeGreaterThan(5);
  expect(watched.filter((name) => !text.includes(`# HELP ${name} `))).toEqual([]);
});
