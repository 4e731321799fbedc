#!/bin/sh
# Engine.IO 6.6 (npm `socket.io` 4.8.4), without `allowEIO3`, accepts the WebSocket of a client of Socket.IO 2 before it refuses it.
#
# The answer to the upgrade is 101 Switching Protocols. What follows on that connection is no frame of a WebSocket but
# "HTTP/1.1 400 Bad Request" as text, so that clients report a broken frame instead of the reason. Over long-polling the same
# refusal is a plain 400 with a code and a message.
#
# Seen on 2026-11-28, with socket.io 4.8.4 (engine.io 6.6.12) and Node 20:
#   long-polling: 400 {"code":5,"message":"Unsupported protocol version"}
#   WebSocket: HTTP/1.1 101 Switching Protocols, then HTTP/1.1 400 Bad Request
#
# Exit code 0: still so. 1: something else was seen.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent socket.io@4.8.4 engine.io@6.6.12

cat >see.mjs <<'END'
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { Server } from 'socket.io';

const http = createServer();
new Server(http);
http.listen(0, '127.0.0.1', async () => {
  const { port } = http.address();
  const answer = await fetch(`http://127.0.0.1:${port}/socket.io/?EIO=3&transport=polling`);
  console.log('long-polling:', answer.status, await answer.text());
  const socket = connect(port, '127.0.0.1');
  const lines = ['GET /socket.io/?EIO=3&transport=websocket HTTP/1.1', 'Host: here', 'Connection: Upgrade', 'Upgrade: websocket'];
  lines.push('Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', '');
  socket.write(lines.join('\r\n'));
  let text = '';
  socket.on('data', (data) => {
    text += data;
  });
  socket.on('close', () => {
    console.log('WebSocket:', text.match(/HTTP\/1\.1 [^\r\n]*/g).join(', then '));
    process.exit();
  });
});
END
timeout 60 node see.mjs | tee seen
grep -qF 'long-polling: 400 {"code":5,"message":"Unsupported protocol version"}' seen || exit 1
grep -qF 'WebSocket: HTTP/1.1 101 Switching Protocols, then HTTP/1.1 400 Bad Request' seen || exit 1
