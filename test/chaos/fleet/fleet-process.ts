import type pg from 'pg';
import { ClientPage, type PageBehaviour } from './client-page.ts';
import type { Ask, Summary } from './fleet.ts';
import { type Channel, idsOf } from './page-record.ts';
import { TokenRoute } from './token-route.ts';

/** Pages in a process of their own: tells when all of them are connected, then answers what the parent asks. */
const { config, behaviour, count }: { config: pg.ClientConfig; behaviour: PageBehaviour; count: number } =
  JSON.parse(process.argv[2] ?? '{}');

const route = new TokenRoute(config);
const pages = Array.from({ length: count }, () => new ClientPage(route, behaviour));

function summarise(): Summary {
  const least = (channel: Channel) =>
    Math.min(...pages.map(({ record }) => new Set(idsOf(record, channel)).size));
  return {
    connected: pages.filter(({ connected }) => connected).length,
    least: { each: least('each'), queue: least('queue'), flood: least('flood') },
    queued: pages.reduce((total, { record }) => total + record.shown.queue.length, 0),
    resynced: pages.filter(({ record }) => record.resyncs.length > 0).length,
  };
}

process.on('message', ({ ask }: { ask: Ask }) => {
  if (ask === 'cure') for (const page of pages) page.cured = true;
  process.send?.(ask === 'records' ? pages.map(({ record }) => record) : summarise());
});
const opening = setInterval(() => {
  if (!pages.every(({ connected }) => connected)) return;
  clearInterval(opening);
  process.send?.('ready');
}, 20);
