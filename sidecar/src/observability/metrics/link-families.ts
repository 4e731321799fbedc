import type { Families } from './families.ts';

/** The connections to PostgreSQL, to Python workers and to the pages, and Odoo's bus. */
export function addLinkFamilies(families: Families): void {
  const { counts, look } = families.facts;
  const { traffic } = counts;
  families.databaseGauge('web_socketio_postgres_connected', '1 while the subscription is connected', (one) =>
    Number(one.connected),
  );
  families.databaseGauge(
    'web_socketio_wake_up_armed',
    '1 while commits wake the sidecar up, 0 while it reads all the time',
    (one) => Number(one.armed),
  );
  families.gauge({
    name: 'web_socketio_problems',
    help: '1 for each code of which /readyz tells: why a database is not served, or what of it fails',
    labels: ['db', 'code'],
    *samples() {
      for (const { db, problems } of look().databases) for (const code of problems) yield [{ db, code }, 1];
    },
  });
  families.databaseGauge('web_socketio_workers', 'Connected Python workers', (one) => one.workers);
  families.databaseGauge(
    'web_socketio_worker_runs',
    'Handlers that run in Python workers',
    (one) => one.workerRuns,
  );
  families.counter({
    name: 'web_socketio_worker_refusals_total',
    help: 'Python workers that were not taken, by code',
    labels: ['code'],
    samples: () => [...counts.linkRefusals].map(([code, count]) => [{ code }, count]),
  });
  families.gauge({
    name: 'web_socketio_bus_sockets',
    help: "Connections to Odoo's bus, with those that are passed on to its evented worker",
    labels: [],
    samples: () => [[{}, look().busSockets]],
  });
  families.databaseGauge(
    'web_socketio_bus_listeners',
    "Sockets of Odoo's bus that hear something of that database",
    ({ busListeners }) => busListeners,
  );
  families.counter({
    name: 'web_socketio_packets_total',
    help: 'Packets of Engine.IO over the connections of pages, with pings',
    labels: ['direction'],
    samples: () => [
      [{ direction: 'sent' }, traffic.sentPackets],
      [{ direction: 'received' }, traffic.receivedPackets],
    ],
  });
  families.counter({
    name: 'web_socketio_characters_total',
    help: 'The length of those packets: characters of texts and bytes of what is binary, before compression, without frames and HTTP',
    labels: ['direction'],
    samples: () => [
      [{ direction: 'sent' }, traffic.sentCharacters],
      [{ direction: 'received' }, traffic.receivedCharacters],
    ],
  });
}
