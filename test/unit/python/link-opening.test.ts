import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { LineConnection } from '../../../sidecar/src/python/line-connection.ts';
import { LinkOpening, type OpeningOwner } from '../../../sidecar/src/python/link-opening.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Both ends of a connection, of which one is to become a link. */
async function start(owner: Partial<OpeningOwner> = {}) {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const client = connect(typeof address === 'object' && address !== null ? address.port : 0);
  onTestFinished(() => void client.destroy());
  const [socket]: Socket[] = await once(server, 'connection');
  if (socket === undefined) throw new Error('There is no connection');
  let text = '';
  client.setEncoding('utf8');
  client.on('data', (part: string) => {
    text += part;
  });
  const told: string[] = [];
  const opening = new LinkOpening({
    admit: async () => ({ id: 'worker', answer: null }),
    accept: () => void told.push('accepted'),
    refused: ({ code }) => void told.push(code),
    over: () => void told.push('over'),
    ...owner,
  });
  opening.start(new LineConnection(socket, opening), Buffer.alloc(0));
  return { client, told, opening, text: () => text };
}

const HELLO = { version: 1, release: '1', db: 'db', worker: 'w', proof: '00'.repeat(32), declares: {} };

it('waits ten seconds for a hello', async () => {
  const { client, told, text } = await start();
  if (text() === '') await once(client, 'data');
  expect(text()).toContain('101 Switching Protocols');
  const closed = once(client, 'close');
  await vi.advanceTimersByTimeAsync(9_999);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  await closed;
  expect(told).toEqual(['link_protocol', 'over']);
  expect(text()).toContain('did not say hello in 10 s');
  expect(vi.getTimerCount()).toBe(0);
});

it('hands the connection over with the hello, and lets nothing come before it is welcome', async () => {
  const { client, told } = await start();
  client.write(`[["hello", ${JSON.stringify(HELLO)}]]\n`);
  await vi.waitFor(() => expect(told).toEqual(['accepted', 'over']));
  expect(vi.getTimerCount()).toBe(0);
  const other = await start({ admit: () => new Promise(() => undefined) });
  other.client.write(`[["hello", ${JSON.stringify(HELLO)}]]\n[["pong", 1]]\n`);
  await once(other.client, 'close');
  expect(other.told).toEqual(['link_protocol', 'over']);
});

it('accepts nobody who has gone meanwhile', async () => {
  let admit = (): void => undefined;
  const { client, told } = await start({
    admit: () =>
      new Promise((resolve) => {
        admit = () => resolve({ id: 'worker', answer: null });
      }),
  });
  client.write(`[["hello", ${JSON.stringify(HELLO)}]]\n`);
  const known = admit;
  await vi.waitFor(() => expect(admit).not.toBe(known));
  client.destroy();
  await vi.waitFor(() => expect(told).toEqual(['over']));
  admit();
  await Promise.resolve();
  expect(told).toEqual(['over']);
});

it('can be closed twice, and says why nothing is taken any more', async () => {
  const { client, told, opening } = await start();
  opening.close();
  opening.close();
  await once(client, 'close');
  await vi.waitFor(() => expect(told).toEqual(['over']));
});
