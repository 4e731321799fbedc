import { type Load, NotCarried, type Reading } from './load.ts';

/** A load that doubles until something has no more. */
export interface Ramp {
  readonly name: string;
  readonly first: number;
  /** The most that is tried. */
  readonly last: number;
  load(value: number): Load;
}

export type Step =
  | {
      readonly value: number;
      readonly reading: Reading;
      /** What had no more; null if the load was carried. */
      readonly full: string | null;
    }
  | { readonly value: number; readonly reading: null; readonly full: string };

/** Of one core: above it there is no room for anything else. */
const FULL_LOOP = 0.95;
const FULL_MACHINE = 0.97;
const LEAST_SPARE = 1_000;
const LONGEST_MS = 1_000;
const LEAST_COMMITTED = 0.9;

/** What had no more when this was read; null if the load was carried. */
export function findFull({ loop, machine, p99, committed, spare }: Reading): string | null {
  if (loop >= FULL_LOOP) return "the sidecar's core";
  if (spare < LEAST_SPARE) return "this machine's memory";
  const cause = machine >= FULL_MACHINE ? ', with all cores of this machine in use' : '';
  if (p99 > LONGEST_MS) return `p99 over 1 s${cause}`;
  if (committed < LEAST_COMMITTED) return `commits${cause}`;
  return null;
}

/** Doubles the load until something is full, or there is no more to try. @returns all steps, in their order */
export async function climb(
  { first, last, load }: Ramp,
  measure: (load: Load) => Promise<Reading>,
  told: (step: Step) => void,
): Promise<Step[]> {
  const steps: Step[] = [];
  for (let value = first; ; value = Math.min(value * 2, last)) {
    const step = await tryOne(value, () => measure(load(value)));
    steps.push(step);
    told(step);
    if (step.full !== null || value >= last) return steps;
  }
}

async function tryOne(value: number, measure: () => Promise<Reading>): Promise<Step> {
  try {
    const reading = await measure();
    return { value, reading, full: findFull(reading) };
  } catch (error) {
    if (!(error instanceof NotCarried)) throw error;
    return { value, reading: null, full: error.message };
  }
}

/** Those that were carried, in their order. */
export function carried(steps: readonly Step[]): { readonly value: number; readonly reading: Reading }[] {
  return steps.flatMap(({ value, reading, full }) =>
    reading === null || full !== null ? [] : [{ value, reading }],
  );
}

/**
 * At which load the sidecar's core would be full, if its work went on growing as between the two largest loads that were
 * carried; null if it did not grow, or there are no two.
 */
export function extrapolate(steps: readonly Step[]): number | null {
  const [before, held] = carried(steps).slice(-2);
  if (before === undefined || held === undefined) return null;
  const slope = (held.reading.loop - before.reading.loop) / (held.value - before.value);
  return slope > 0 ? held.value + (FULL_LOOP - held.reading.loop) / slope : null;
}
