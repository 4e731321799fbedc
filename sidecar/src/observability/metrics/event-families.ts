import { DurationFamily } from './duration-family.ts';
import type { Families } from './families.ts';

const LABELS = ['db', 'namespace', 'event'] as const;

/** What pages send, and what handles it. */
export function addEventFamilies(families: Families): void {
  families.counter({
    name: 'web_socketio_events_total',
    help: 'Events that came from pages; what no namespace declares is "other"',
    labels: LABELS,
    samples: () =>
      families.nameSpaces(({ events }, labels) =>
        [...events].map(({ event, received }) => [{ ...labels, event }, received]),
      ),
  });
  families.counter({
    name: 'web_socketio_events_refused_total',
    help: 'Events that were refused before a handler ran, by code',
    labels: ['db', 'namespace', 'code'],
    samples: () =>
      families.nameSpaces(({ refused }, labels) =>
        [...refused].map(([code, count]) => [{ ...labels, code }, count]),
      ),
  });
  families.gauge({
    name: 'web_socketio_handlers_running',
    help: 'Handlers that have not ended, with those that wait for messages; "connect", "disconnect" and "stopServer" are those of the socket itself, "spawned" is what they started under a name that no event has',
    labels: LABELS,
    samples: () =>
      families.nameSpaces(({ events }, labels) =>
        [...events].map(({ event, running }) => [{ ...labels, event }, running]),
      ),
  });
  new DurationFamily(families.registry, {
    name: 'web_socketio_handler_seconds',
    help: 'From an event to the end of its handler, without handlers that waited for messages',
    labels: LABELS,
    *samples() {
      for (const { db, nameSpaces } of families.facts.counts.databases.values()) {
        for (const { path, events } of nameSpaces.values()) {
          for (const { event, durations } of events) {
            if (durations.count > 0) yield [{ db, namespace: path, event }, durations];
          }
        }
      }
    },
  });
}
