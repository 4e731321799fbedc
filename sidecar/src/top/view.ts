import { handlers, type Sort } from './handlers.ts';
import type { Readings } from './readings.ts';
import { refusals } from './refusals.ts';
import type { Section } from './section.ts';
import { calls, databases, nameSpaces, processFigures, queues } from './sections.ts';

/** Rates are those of the last seconds: of one interval they would jump. */
const RATES_MS = 10_000;
/** How long things took: what is slow happens seldom. */
export const TIMES_MS = 60_000;

const NO_PAGES = 'No page is connected: run web_socketio doctor <site>';

/** All that is shown of a sidecar at one moment. */
export interface View {
  readonly release: string;
  /** How long it has run, in seconds; null if it does not say so. */
  readonly upSeconds: number | null;
  readonly date: Date;
  /** What to do, where something is out of the ordinary; null otherwise. */
  readonly hint: string | null;
  readonly figures: readonly (readonly [string, string])[];
  readonly sections: readonly Section[];
}

/** @returns null before the first reading */
export function view(readings: Readings, sort: Sort): View | null {
  const [rates, times] = [readings.within(RATES_MS), readings.within(TIMES_MS)];
  if (rates === null || times === null) return null;
  const { now } = rates;
  // Nobody has to be told again and again which one it is.
  const isOne = (now.samples.get('web_socketio_postgres_connected')?.length ?? 0) === 1;
  const started = rates.sum('process_start_time_seconds');
  return {
    release: now.refused?.release ?? '',
    upSeconds: started === null ? null : now.date.getTime() / 1_000 - started,
    date: now.date,
    hint: rates.sum('web_socketio_pages') === 0 ? NO_PAGES : null,
    figures: processFigures(rates),
    sections: [
      databases(rates, times),
      ...[nameSpaces(rates), handlers(times, sort), queues(rates)].map((one) => (isOne ? unnamed(one) : one)),
      ...[calls(rates, times), refusals(now)],
    ],
  };
}

/** Without the column that says in which database. */
function unnamed(section: Section): Section {
  const place = section.columns.findIndex(({ title }) => title === 'DATABASE');
  const without = <Value>(all: readonly Value[]) => all.filter((_one, index) => index !== place);
  return { ...section, columns: without(section.columns), rows: section.rows.map(without) };
}
