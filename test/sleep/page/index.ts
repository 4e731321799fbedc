/** A page that tells the test what its handlers were called with, whatever browser it runs in. */

import { Page } from '../../../addon/web_socketio/src/page.ts';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';

/** Long enough for a connection to be lost while one of them works. */
const WORK_MS = 100;

const url = new URLSearchParams(location.search).get('sidecar') ?? undefined;
const heard: string[] = [];

async function post(path: string, what: unknown): Promise<unknown> {
  const answer = await fetch(path, { method: 'POST', body: JSON.stringify(what) });
  return answer.json();
}

const page = new Page({
  fetchToken: async () => {
    const { db, token } = Object(await post('/token', null));
    return { db: String(db), uid: 2, token: String(token), expires_in: 900, url: false };
  },
  report: (error) => void post('/report', String(error)),
  ...(url === undefined ? {} : { origin: url }),
  window,
  retryBounds: { minMs: 50, maxMs: 500 },
});
const socket = new SocketIO('/mine', page);
const tell = () => void post('/heard', heard).catch(() => undefined);
socket.on('connect', tell);
socket.on('resync', (reason: unknown) => {
  heard.push(`resync ${JSON.stringify(reason)}`);
  tell();
});
socket.on('each', async (messages: { text: string }[]) => {
  heard.push(...messages.map(({ text }) => text));
  tell();
  await new Promise((resolve) => setTimeout(resolve, WORK_MS));
});
