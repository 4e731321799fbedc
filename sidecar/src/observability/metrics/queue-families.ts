import { MOST_COUNTED, type QueueDepth } from '../queue-depth.ts';
import type { Families } from './families.ts';

/** The queues: what this sidecar has of them, and what PostgreSQL says of all. */
export function addQueueFamilies(families: Families): void {
  const depth = (name: string, help: string, of: (depth: QueueDepth) => number | null) =>
    families.gauge({
      ...{ name, help, labels: ['db', 'channel'] },
      *samples() {
        for (const [db, depths] of families.depths) {
          for (const one of depths ?? []) {
            const value = of(one);
            if (value !== null) yield [{ db, channel: one.channel }, value];
          }
        }
      },
    });
  const counted = `of the oldest ${MOST_COUNTED} of the queue, for all sidecars together`;
  depth('web_socketio_queue_waiting', `Queue messages that nobody has, ${counted}`, (one) => one.waiting);
  depth('web_socketio_queue_leased', `Queue messages that a sidecar has, ${counted}`, (one) => one.leased);
  depth('web_socketio_queue_dead', `Dead letters, ${counted}`, (one) => one.dead);
  depth(
    'web_socketio_queue_oldest_seconds',
    'How long ago the transaction began that sent the oldest queue message that nobody has',
    (one) => one.oldestSeconds ?? 0,
  );
  families.gauge({
    name: 'web_socketio_leases_held',
    help: 'Queue messages that are leased to this sidecar',
    labels: ['db'],
    samples: () => families.databases(({ db, leases }) => [[{ db }, leases.held]]),
  });
  families.counter({
    name: 'web_socketio_claimed_total',
    help: 'Queue messages of which this sidecar took the lease',
    labels: ['db'],
    samples: () => families.databases(({ db, leases }) => [[{ db }, leases.taken]]),
  });
  families.counter({
    name: 'web_socketio_acknowledged_total',
    help: 'Queue messages that were done, and deleted',
    labels: ['db'],
    samples: () => families.databases(({ db, leases }) => [[{ db }, leases.done]]),
  });
  families.counter({
    name: 'web_socketio_requeued_total',
    help: 'Queue messages that went back: "failed" counts as a failed attempt, "returned" does not, as when a page has gone',
    labels: ['db', 'reason'],
    samples: () =>
      families.databases(({ db, leases }) =>
        (['failed', 'returned'] as const).map((reason) => [{ db, reason }, leases.requeues.get(reason)]),
      ),
  });
}
