import type { Families } from './families.ts';

/** The queues, as far as this sidecar knows without asking. */
export function addQueueFamilies(families: Families): void {
  families.gauge({
    name: 'web_socketio_leases_held',
    help: 'Queue messages that are leased to this sidecar',
    labels: ['db'],
    samples: () => families.databases(({ db, leases }) => [[{ db }, leases.held]]),
  });
  families.counter({
    name: 'web_socketio_requeued_total',
    help: 'Queue messages that went back: "failed" counts as a failed attempt, "returned" does not, as when a page has gone',
    labels: ['db', 'reason'],
    samples: () =>
      families.databases(({ db, leases }) =>
        (['failed', 'returned'] as const).map((reason) => [{ db, reason }, leases.requeued.get(reason)]),
      ),
  });
}
