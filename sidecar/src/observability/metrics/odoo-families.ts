import type { CallCounts } from '../counts/call-counts.ts';
import type { Durations } from '../counts/durations.ts';
import { DurationFamily } from './duration-family.ts';
import type { Families } from './families.ts';

/** What is asked of Odoo. Calls that Python workers make by themselves are not known here. */
export function addOdooFamilies(families: Families): void {
  families.databaseGauge('web_socketio_model_calls_running', 'Calls of Odoo models that run', ({ calls }) => {
    return calls.running;
  });
  families.databaseGauge(
    'web_socketio_model_calls_waiting',
    'Calls of Odoo models that wait for their turn',
    ({ calls }) => calls.waiting,
  );
  const durations = (name: string, help: string, of: (calls: CallCounts) => Durations) =>
    new DurationFamily(families.registry, {
      ...{ name, help, labels: ['db'] },
      *samples() {
        for (const { db, calls } of families.facts.counts.databases.values()) yield [{ db }, of(calls)];
      },
    });
  durations(
    'web_socketio_model_call_seconds',
    'How long calls of Odoo models took, from their turn to the answer, with repetitions',
    (calls) => calls.durations,
  );
  durations(
    'web_socketio_model_call_wait_seconds',
    'How long calls of Odoo models waited for their turn',
    (calls) => calls.waits,
  );
  families.counter({
    name: 'web_socketio_model_call_errors_total',
    help: 'Calls of Odoo models that failed, by code',
    labels: ['db', 'code'],
    samples: () =>
      families.databases(({ db, calls }) => [...calls.errors].map(([code, count]) => [{ db, code }, count])),
  });
}
