#!/bin/sh
# socket.io-client 4.8: an acknowledgement that is given after a reconnection to another server answers another event.
#
# A server numbers the events of a namespace that ask for an acknowledgement from 0. The client's function for an event of a
# connection that is over still sends its number, over whichever connection there is then. If that leads to another server, or to
# one that was started again, and that waits for the answer to the event with the same number, it takes the late answer for it:
# it believes that an event was handled which nobody has answered.
#
# Seen on 2026-11-28, with socket.io and socket.io-client 4.8.4 and Node 20:
#   the second event was answered: "of the first event"
#
# Exit code 0: still so. 1: something else was seen.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent socket.io@4.8.4 socket.io-client@4.8.4

cat >see.mjs <<'END'
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';

/** A server that sends one event, and waits for its answer. */
function serve(port, event, answered) {
  const http = createServer();
  const server = new Server(http);
  server.on('connection', (socket) => socket.emit(event, answered));
  return new Promise((resolve) => http.listen(port, '127.0.0.1', () => resolve({ server, port: http.address().port })));
}

const { server, port } = await serve(0, 'first', () => undefined);
const client = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], reconnectionDelay: 10 });
let answerFirst;
client.on('first', async (answer) => {
  answerFirst = answer;
  await server.close();
  await serve(port, 'second', (late) => {
    console.log(`the second event was answered: ${JSON.stringify(late)}`);
    process.exit(0);
  });
});
// It never answers this one; the handler of the first has just become ready.
client.on('second', () => answerFirst('of the first event'));
setTimeout(() => {
  console.log('the second event was not answered');
  process.exit(0);
}, 20_000);
END
seen=$(node see.mjs)
echo "$seen"
[ "$seen" = 'the second event was answered: "of the first event"' ]
