import { expect, it } from 'vitest';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { openPage } from '../../support/browser/browser-page.ts';
import { nextSocket, startServer } from '../../support/browser/browser-server.ts';

it('on("connect") is called each time that the namespace is connected, on("disconnect") with the reason', async () => {
  const { io, url } = await startServer();
  const { page, reported } = openPage(url);
  const heard: unknown[] = [];
  const socket = new SocketIO('/news', page);
  socket.on('connect', () => heard.push(['connect', socket.connected]));
  socket.on('disconnect', (reason: string) => heard.push(reason));
  socket.once('connect', () => {
    throw new Error('no room');
  });
  (await nextSocket(io.of('/news'))).conn.close();
  await expect
    .poll(() => heard)
    .toEqual([['connect', true], expect.stringMatching(/transport/), ['connect', true]]);
  socket.disconnect();
  expect(heard.at(-1)).toBe('io client disconnect');
  expect(reported).toEqual([new Error('no room')]);
});
