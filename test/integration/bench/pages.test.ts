import { once } from 'node:events';
import { createServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { expect, it, onTestFinished } from 'vitest';
import { Pages } from '../../bench/servers/pages.ts';
import { listenLocally } from '../../support/network/local-port.ts';

const PAGES = 4;
/** Only waited for where a message was never sent. */
const PATIENCE_MS = 200;

/** A server that sends whatever a test wants, and the benchmark's pages at it. */
async function start(): Promise<{ pages: Pages; sockets: readonly Socket[] }> {
  const http = createServer();
  const server = new Server(http);
  const sockets: Socket[] = [];
  server.on('connection', (socket) => sockets.push(socket));
  const port = await listenLocally(http);
  const pages = await Pages.start(null);
  onTestFinished(async () => {
    await pages.stop();
    await server.close();
  });
  await pages.connect(
    `http://127.0.0.1:${port}`,
    Array.from({ length: PAGES }, () => ({})),
    null,
  );
  return { pages, sockets };
}

function failureOf(pages: Pages): string {
  try {
    pages.check();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}

it('a message that every page has is told with the time of the last one', async () => {
  const { pages, sockets } = await start();
  for (const socket of sockets) socket.emit('bench', [{ number: 1 }, { number: 2 }]);
  const arrived = await pages.waitFor([1, 2]);
  expect([...arrived.keys()]).toEqual([1, 2]);
  pages.check();
});

it('a message that one page did not get fails the run', async () => {
  const { pages, sockets } = await start();
  for (const socket of sockets) socket.emit('bench', [{ number: 1 }]);
  for (const socket of sockets.slice(1)) socket.emit('bench', [{ number: 2 }]);
  await expect(pages.waitFor([1, 2], PATIENCE_MS)).rejects.toThrow(
    '1 of 2 messages did not arrive at every page they are for',
  );
});

it('a message that comes twice to one page fails the run, also after all have it', async () => {
  const { pages, sockets } = await start();
  for (const socket of sockets) socket.emit('bench', [{ number: 1 }]);
  await pages.waitFor([1]);
  sockets[0]?.emit('bench', [{ number: 1 }]);
  await expect.poll(() => failureOf(pages)).toBe('Message 1 arrived twice at one page.');
});

it('a page that is disconnected fails the run', async () => {
  const { pages, sockets } = await start();
  const [first] = sockets;
  if (first === undefined) throw new Error('No page came.');
  const left = once(first, 'disconnect');
  first.disconnect(true);
  await left;
  await expect.poll(() => failureOf(pages)).toMatch('A page was disconnected');
});
