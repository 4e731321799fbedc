import { io } from 'socket.io-client';
import { expect, it, onTestFinished } from 'vitest';
import { RoomAdapter } from '../../../sidecar/src/socketio/connection/room-adapter.ts';
import { type BrowserServer, nextSocket, startServer } from '../../support/browser/browser-server.ts';

/** Pages, and the sockets that the server has for them. */
async function connect({ io: server, url }: BrowserServer, count: number) {
  const pages = [];
  for (let number = 0; number < count; number += 1) {
    const arrival = nextSocket(server.of('/'));
    const client = io(url, { transports: ['websocket'], forceNew: true, reconnection: false });
    onTestFinished(() => void client.disconnect());
    const heard: unknown[] = [];
    client.on('news', (news) => heard.push(news));
    // The last thing that each hears, so that nobody waits for what does not come.
    const end = () => new Promise((resolve) => client.once('end', resolve));
    pages.push({ socket: await arrival, client, heard, end });
  }
  return pages;
}

it.each([
  ['ours', RoomAdapter],
  ["Socket.IO's", undefined],
])('has the same rooms as Socket.IO: %s', async (_name, adapter) => {
  const server = await startServer(adapter === undefined ? {} : { adapter });
  const pages = await connect(server, 3);
  const [a, b, c] = pages.map(({ socket }) => socket);
  if (a === undefined || b === undefined || c === undefined) throw new Error('There are three.');
  await a.join('db');
  await b.join('db');
  await c.join('db');
  await c.join(['db', 'other']);
  await a.join('alone');
  await a.leave('alone');
  await a.leave('none');
  expect([...c.rooms]).toEqual([c.id, 'db', 'other']);
  expect([...a.rooms]).toEqual([a.id, 'db']);
  server.io.to('db').emit('news', 'to all');
  server.io.to('db').except(b.id).emit('news', 'not to b');
  server.io.to(a.id).emit('news', 'to a');
  server.io.to(['other', 'db']).emit('news', 'to all, once');
  server.io.except('other').emit('news', 'not to c');
  await b.leave('db');
  await b.join(a.id);
  server.io.to(a.id).emit('news', "in a's own");
  server.io.to('alone').emit('news', 'to nobody');
  server.io.to('db').emit('news', 'not to b');
  const ends = pages.map(({ end }) => end());
  server.io.emit('end');
  await Promise.all(ends);
  expect(pages.map(({ heard }) => heard)).toEqual([
    ['to all', 'not to b', 'to a', 'to all, once', 'not to c', "in a's own", 'not to b'],
    ['to all', 'to all, once', 'not to c', "in a's own"],
    ['to all', 'not to b', 'to all, once', 'not to b'],
  ]);
  const { rooms, sids } = server.io.of('/').adapter;
  for (const socket of [a, b, c]) socket.disconnect();
  expect([rooms.size, sids.size]).toEqual([0, 0]);
});

it('keeps one set for all that are in the same room', async () => {
  const server = await startServer({ adapter: RoomAdapter });
  const pages = await connect(server, 2);
  for (const { socket } of pages) await socket.join('db');
  const { rooms, sids } = server.io.of('/').adapter;
  expect(new Set(sids.values()).size).toBe(1);
  expect([...rooms.keys()]).toEqual(['db']);
});
