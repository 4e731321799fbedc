import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { QUIET_PAGES, type TrafficCommand, type TrafficOptions } from './traffic.ts';

const { config, channel, sockets, notifies }: TrafficOptions = JSON.parse(process.argv[2] ?? '{}');

/** Above all numbers of measured messages. */
const FIRST_NUMBER = 1_000_000_000;
const CONNECTIONS = 4;
const TICK_MS = 10;

const INSERT = 'INSERT INTO web_socketio_message (channel, "values") VALUES ($1, $2)';
const SEND = notifies ? `WITH message AS (${INSERT}) SELECT pg_notify('bench', $2::text)` : INSERT;

const clients = await Promise.all(
  Array.from({ length: CONNECTIONS }, async () => {
    const client = new pg.Client(config);
    await client.connect();
    return client;
  }),
);
let next = FIRST_NUMBER;

/** What each connection does last. */
const ends = clients.map(() => Promise.resolve());

/** One transaction, in one round trip, when those before it on its connection are over. */
function send(number: number): Promise<void> {
  const to_id = QUIET_PAGES + 1 + Math.floor(Math.random() * (sockets - QUIET_PAGES));
  const index = number % CONNECTIONS;
  const end = (ends[index] ?? Promise.resolve()).then(async () => {
    await clients[index]?.query(SEND, [channel, JSON.stringify({ to_id, number })]);
  });
  ends[index] = end;
  return end;
}

async function write({ perSecond, count }: TrafficCommand): Promise<object> {
  const first = next;
  const start = performance.now();
  const sent: Promise<void>[] = [];
  while (sent.length < count) {
    const due = Math.min(count, Math.ceil(((performance.now() - start) / 1_000) * perSecond));
    for (; sent.length < due; next += 1) sent.push(send(next));
    await sleep(TICK_MS);
  }
  await Promise.all(sent);
  return { first, count, perSecond: count / ((performance.now() - start) / 1_000) };
}

process.on(
  'message',
  (command: TrafficCommand) => void write(command).then((answer) => process.send?.(answer)),
);
process.send?.('ready');
