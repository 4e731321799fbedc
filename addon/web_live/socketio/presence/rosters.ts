import { randomBytes } from 'node:crypto';
import type { PresenceRow } from './presence-row.ts';
import { type Member, type PresenceTimes, Roster } from './roster.ts';

export const PRESENCE_TIMES: PresenceTimes = { renewMs: 45_000, forgetMs: 100_000, tellMs: 1_000 };

/** Who looks at which record of one database, as far as this process knows. */
export class Rosters {
  readonly #times: PresenceTimes;
  readonly #host = randomBytes(9).toString('base64url');
  readonly #rosters = new Map<string, Roster>();

  constructor(times: PresenceTimes) {
    this.#times = times;
  }

  get size(): number {
    return this.#rosters.size;
  }

  join(key: string, member: Member): void {
    const roster = this.#rosters.get(key) ?? new Roster(key, this.#host, this.#times);
    this.#rosters.set(key, roster);
    roster.join(member);
  }

  async leave(key: string, member: Member): Promise<void> {
    const roster = this.#rosters.get(key);
    if (roster === undefined) return;
    await roster.leave(member);
    // Who came meanwhile is said by the same one, after that the others have gone.
    if (roster.isEmpty) this.#rosters.delete(key);
  }

  hear(row: PresenceRow, from: Member): void {
    this.#rosters.get(row.key)?.hear(row, from);
  }
}
