import { io } from 'socket.io-client';

/** Pages in a process of their own: each tells its parent when a message arrived, by the machine's monotonic clock. */
const { url, auths }: { url: string; auths: object[] } = JSON.parse(process.argv[2] ?? '{}');

let connected = 0;
for (const auth of auths) {
  const socket = io(url, { auth, forceNew: true, transports: ['websocket'] });
  socket.once('connect', () => {
    connected += 1;
    if (connected === auths.length) process.send?.('ready');
  });
  socket.on('bench', (messages: { number: number }[], acknowledge?: (answer: object) => void) => {
    const arrived = process.hrtime.bigint().toString();
    acknowledge?.({ ok: true });
    for (const { number } of messages) process.send?.({ number, arrived });
  });
}
