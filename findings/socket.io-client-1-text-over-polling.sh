#!/bin/sh
# With `allowEIO3`, a server of Socket.IO 4 serves clients of Socket.IO 1, except for texts outside of ASCII over long-polling.
#
# Clients 1 and 2 both say `EIO=3`, but over long-polling those of 1 encode texts as UTF-8 once more, and decode what they get
# likewise. So the server reads "é" as "Ã©", and an event with a dash in it never reaches the client. WebSocket is right,
# and so is client 2.
#
# Seen on 2026-11-28, with socket.io 4.8.4 and socket.io-client 1.7.4 and 2.5.0:
#   1.7.4 polling: the server read "Ã©", the client got nothing
#   1.7.4 websocket: the server read "é", the client got "a — b"
#   2.5.0 polling: the server read "é", the client got "a — b"
#
# Exit code 0: still so. 1: something else was seen.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent socket.io@4.8.4 one@npm:socket.io-client@1.7.4 two@npm:socket.io-client@2.5.0

cat >see.mjs <<'END'
import { createServer } from 'node:http';
import one from 'one';
import { Server } from 'socket.io';
import two from 'two';

const http = createServer();
const server = new Server(http, { allowEIO3: true });
await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));

async function see(name, io, transport) {
  let read;
  let got;
  server.removeAllListeners('connection');
  server.on('connection', (socket) => {
    socket.on('text', (text) => {
      read = text;
      socket.emit('dash', 'a — b');
      // ASCII, and after it: when that is there, the other one has come or never will.
      socket.emit('end');
    });
  });
  const client = io(`http://127.0.0.1:${http.address().port}`, { transports: [transport], forceNew: true });
  client.on('connect', () => client.emit('text', 'é'));
  client.on('dash', (text) => {
    got = text;
  });
  await new Promise((resolve) => client.on('end', resolve));
  client.close();
  console.log(`${name} ${transport}: the server read "${read}", the client got ${got === undefined ? 'nothing' : `"${got}"`}`);
}

await see('1.7.4', one, 'polling');
await see('1.7.4', one, 'websocket');
await see('2.5.0', two, 'polling');
process.exit();
END
timeout 60 node see.mjs | tee seen
grep -qxF '1.7.4 polling: the server read "Ã©", the client got nothing' seen || exit 1
grep -qxF '1.7.4 websocket: the server read "é", the client got "a — b"' seen || exit 1
grep -qxF '2.5.0 polling: the server read "é", the client got "a — b"' seen || exit 1
