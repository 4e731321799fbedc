import { WebSocket } from 'ws';
import { Arrivals } from '../arrivals.ts';
import { now } from '../clock.ts';
import type { Command, Connect, Report } from '../servers/pages.ts';
import type { Protocol } from './page.ts';

/** Node's servers let 511 connections wait to be accepted; Linux drops more, and they come back after a second. */
const CONNECT_AT_ONCE = 200;
/**
 * Each process has an address of its own: one address has 28,000 ports for connections to one server, and those of pages
 * that have gone are not free for a minute.
 */
const LOCAL_ADDRESS = `127.1.${(process.pid >> 8) & 255}.${1 + (process.pid % 254)}`;

const report = (message: Report) => void process.send?.(message);
const fail = (failed: string) => report({ failed });

/**
 * Bare WebSockets in a process of their own, which tell their parent what arrived when. They do as little as a protocol
 * allows, so that on a machine with few cores the servers are measured and not the libraries of their pages.
 */
export function runPages(protocol: Protocol): void {
  const sockets: WebSocket[] = [];
  const arrivals = new Arrivals((complete) => report({ arrivals: complete }));

  const connect = ({ url, auths, event, copies }: Connect) => {
    const address = protocol.address(new URL(url));
    const path = new URL(url).pathname;
    let begun = 0;
    let connected = 0;
    const begin = () => {
      const auth = auths[begun];
      if (auth === undefined) return;
      begun += 1;
      const socket = new WebSocket(address, { perMessageDeflate: false, localAddress: LOCAL_ADDRESS });
      sockets.push(socket);
      const seen = new Set<number>();
      const page = protocol.open(
        { auth, event, path },
        {
          send: (text) => socket.send(text),
          ready() {
            connected += 1;
            if (connected === auths.length) report({ connected: now() });
            else begin();
          },
          arrived(numbers) {
            for (const number of numbers) {
              if (seen.has(number)) fail(`Message ${number} arrived twice at one page.`);
              seen.add(number);
              arrivals.note(number, copies ?? auths.length);
            }
          },
          fail,
        },
      );
      socket.on('open', () => page.onOpen());
      socket.on('message', (data) => page.onText(data.toString()));
      socket.on('error', ({ message }) => fail(`A page's WebSocket failed: ${message}`));
      socket.on('close', (code, reason) => {
        if (sockets.includes(socket)) fail(`A page was disconnected: ${code} ${reason}`);
      });
    };
    while (begun < Math.min(CONNECT_AT_ONCE, auths.length)) begin();
  };

  process.on('message', (command: Command) => {
    if (command.connect !== undefined) return connect(command.connect);
    for (const socket of sockets.splice(0)) socket.close(1000);
    report({ disconnected: true });
  });
  report({ started: true });
}
