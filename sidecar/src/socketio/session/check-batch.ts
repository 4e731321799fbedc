import type { CheckSubject } from '../gateway.ts';

/** Whose origin is asked about: that of most, or that of the one who has waited longest. */
export type Turn = 'most' | 'longest';

/** With what is due goes what will be soon, so that the questions of few pages become one. */
const EARLY_MS = 10_000;

/**
 * What Odoo is asked about with one question. All of it has one origin: a token never goes out under a host that
 * somebody else's browser named.
 */
export class CheckBatch {
  readonly origin: string | null;
  readonly subjects: readonly CheckSubject[];

  private constructor(subjects: readonly CheckSubject[]) {
    this.origin = subjects[0]?.origin ?? null;
    this.subjects = subjects;
  }

  /** @param most in one question @returns what is due at that time, and what will be soon; null if nothing is due */
  static due(subjects: Iterable<CheckSubject>, now: number, most: number, turn: Turn): CheckBatch | null {
    const due: CheckSubject[] = [];
    const soon: CheckSubject[] = [];
    for (const subject of subjects) {
      if (subject.checkAt <= now) due.push(subject);
      else if (subject.checkAt <= now + EARLY_MS) soon.push(subject);
    }
    return CheckBatch.#of(oldest(due), soon, most, turn);
  }

  /** @param most in one question @returns what is urgent, and what is due besides; null if nothing is urgent */
  static urgent(
    urgent: Iterable<CheckSubject>,
    subjects: Iterable<CheckSubject>,
    now: number,
    most: number,
    turn: Turn,
  ): CheckBatch | null {
    const first = new Set(urgent);
    if (first.size === 0) return null;
    const others = [...subjects].filter(
      (subject) => !first.has(subject) && subject.checkAt <= now + EARLY_MS,
    );
    return CheckBatch.#of([...first], others, most, turn);
  }

  /** @param first in the order in which they wait */
  static #of(
    first: readonly CheckSubject[],
    others: readonly CheckSubject[],
    most: number,
    turn: Turn,
  ): CheckBatch | null {
    const groups = new Map<string | null, CheckSubject[]>();
    for (const subject of first) {
      const group = groups.get(subject.origin);
      if (group === undefined) groups.set(subject.origin, [subject]);
      else group.push(subject);
    }
    const waiting = [...groups];
    if (turn === 'most') waiting.sort(([, one], [, other]) => other.length - one.length);
    const [group] = waiting;
    if (group === undefined) return null;
    const [origin, chosen] = group;
    const rest = others.filter((subject) => subject.origin === origin);
    return new CheckBatch([...oldest(chosen), ...oldest(rest)].slice(0, most));
  }
}

function oldest(subjects: readonly CheckSubject[]): CheckSubject[] {
  return [...subjects].sort((one, other) => one.checkAt - other.checkAt);
}
