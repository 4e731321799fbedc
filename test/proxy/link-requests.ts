import { connect } from 'node:net';
import { onTestFinished } from 'vitest';

/** Where a Python worker links to a sidecar: nobody outside may get there. */
export const LINK_PATH = '/web_socketio/worker';
/** What somebody outside may try to get there by. */
const PATHS = [
  LINK_PATH,
  `/${LINK_PATH}`,
  `${LINK_PATH}?/socket.io/`,
  '/socket.io/../web_socketio/worker',
  '/socket.io/%2e%2e/web_socketio/worker',
  '/socket.io/..%2fweb_socketio/worker',
  '/socket.io/..;/web_socketio/worker',
  `${LINK_PATH}/../../socket.io/`,
  `http://here${LINK_PATH}`,
  `http://here/socket.io/..${LINK_PATH}`,
];
const asLink = (path: string) =>
  `GET ${path} HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: web_socketio_worker\r\n\r\n`;
const asPage = (connection: string) =>
  `GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: here\r\nConnection: ${connection}\r\nUpgrade: websocket\r\n\r\n`;

/** Requests that try to open a link, by what they try. */
export const LINK_REQUESTS: readonly (readonly [string, string])[] = [
  ...PATHS.map((path) => [path, asLink(path)] as const),
  // A proxy that takes every word "upgrade" for one would pass on whatever follows.
  ['a second request, after one that only seems to upgrade', asPage('keep-alive') + asLink(LINK_PATH)],
  ['a second request, after an upgrade', asPage('Upgrade') + asLink(LINK_PATH)],
];

const LAST = 'GET /last HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n';

/** What a server answers to those bytes until it ends the connection, as a last request asks it to. */
export function rawAnswer(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  socket.write(bytes + LAST);
  let answer = '';
  socket.on('data', (data) => {
    answer += data;
  });
  return new Promise((resolve) => {
    const done = () => resolve(answer);
    socket
      .on('error', () => undefined)
      .once('end', done)
      .once('close', done);
  });
}
