import { io } from 'socket.io-client';
import { now } from '../clock.ts';
import type { Command, Connect, Report } from './pages.ts';

/** Node's servers let 511 connections wait to be accepted; Linux drops more, and they come back after a second. */
const CONNECT_AT_ONCE = 200;
/** How long arrivals are collected before they are told: their times are taken at once. */
const REPORT_MS = 5;

/** Pages in a process of their own. They tell their parent what arrived when. */
const sockets: ReturnType<typeof io>[] = [];
const copies = new Map<number, number>();
let arrivals: { number: number; at: number }[] = [];

const report = (message: Report) => void process.send?.(message);
const fail = (failed: string) => report({ failed });

function note(number: number, wanted: number | null): void {
  const count = (copies.get(number) ?? 0) + 1;
  copies.set(number, count);
  if (count !== (wanted ?? sockets.length)) return;
  if (arrivals.length === 0) {
    setTimeout(() => {
      report({ arrivals });
      arrivals = [];
    }, REPORT_MS);
  }
  arrivals.push({ number, at: now() });
}

function connect({ url, auths, event, copies: wanted }: Connect): void {
  let begun = 0;
  let connected = 0;
  const done = () => {
    connected += 1;
    if (connected === auths.length) report({ connected: now() });
    else begin();
  };
  const begin = () => {
    const auth = auths[begun];
    if (auth === undefined) return;
    begun += 1;
    const socket = io(url, { auth, forceNew: true, reconnection: false, transports: ['websocket'] });
    sockets.push(socket);
    const seen = new Set<number>();
    socket.once('connect', () => {
      if (event === null) return done();
      socket.emit(event);
      // Its handler never ends; what comes after it is answered when it listens.
      socket.emit('stop event', 'no other event', done);
    });
    socket.once('connect_error', ({ message }) => fail(`A page was refused: ${message}`));
    socket.once('disconnect', (reason) => {
      if (reason !== 'io client disconnect') fail(`A page was disconnected: ${reason}`);
    });
    socket.on('bench', (messages: { number: number }[], ...rest: unknown[]) => {
      const acknowledge = rest.at(-1);
      if (typeof acknowledge === 'function') acknowledge({ ok: true });
      for (const { number } of messages) {
        if (seen.has(number)) fail(`Message ${number} arrived twice at one page.`);
        seen.add(number);
        note(number, wanted);
      }
    });
  };
  while (begun < Math.min(CONNECT_AT_ONCE, auths.length)) begin();
}

process.on('message', (command: Command) => {
  if (command.connect !== undefined) return connect(command.connect);
  for (const socket of sockets.splice(0)) socket.disconnect();
  report({ disconnected: true });
});
report({ started: true });
