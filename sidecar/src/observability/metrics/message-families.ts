import { DATABASE_COUNTS, isDatabaseCount } from '../counts/database-count.ts';
import { DurationFamily } from './duration-family.ts';
import type { Families } from './families.ts';

/** What is counted by database alone, and how messages come to pages. */
export function addMessageFamilies(families: Families): void {
  const { counts } = families.facts;
  for (const [name, help] of Object.entries(DATABASE_COUNTS)) {
    if (!isDatabaseCount(name)) continue;
    families.counter({
      ...{ name: `web_socketio_${name}_total`, help, labels: ['db'] },
      samples: () => families.databases(({ db, totals }) => [[{ db }, totals.get(name)]]),
    });
  }
  new DurationFamily(families.registry, {
    name: 'web_socketio_emit_seconds',
    help: 'From the commit of a message to the secureEmit that sends it, at most: from the start of its transaction, by the clock of PostgreSQL, or from the last read that did not see it, whichever was later. Only of messages for which a handler waited already, and of each event the oldest',
    labels: ['db', 'mode'],
    *samples() {
      for (const { db, emitted } of counts.databases.values()) {
        for (const [mode, durations] of Object.entries(emitted)) yield [{ db, mode }, durations];
      }
    },
  });
  families.counter({
    name: 'web_socketio_page_resyncs_total',
    help: 'Times that a page was told to load its data again, by reason',
    labels: ['db', 'reason'],
    samples: () =>
      families.databases(({ db, resyncs }) => [...resyncs].map(([reason, count]) => [{ db, reason }, count])),
  });
  families.counter({
    name: 'web_socketio_replays_total',
    help: 'Times that a page came back to a channel and was given what it missed ("complete"), or why that could not be known',
    labels: ['db', 'outcome'],
    samples: () =>
      families.databases(({ db, replays }) =>
        [...replays].map(([outcome, count]) => [{ db, outcome }, count]),
      ),
  });
}
