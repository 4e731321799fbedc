import { randomBytes } from 'node:crypto';
import { Others } from './others.ts';
import { PresenceRow } from './presence-row.ts';

export interface PresenceTimes {
  /** While somebody else is there, each sidecar says so often whom it has. */
  readonly renewMs: number;
  /** Who has said nothing for so long is not there any more. */
  readonly forgetMs: number;
  /** Pages are told at most so often, and other sidecars. */
  readonly tellMs: number;
}

/** A socket whose page shows the record. */
export interface Member {
  readonly uid: number;
  /** From now on it hears what other sidecars say of this record. @throws if it may not run one more handler */
  feed(key: string): void;
  /** … and not any more. */
  unfeed(key: string): void;
  /** Sends a row. */
  say(row: PresenceRow): Promise<void>;
  /** Tells its page who else is there. */
  tell(key: string, uids: readonly number[]): void;
}

interface Place {
  /** Of the member's views. */
  views: number;
  /** What its page was told last. */
  told: string;
}

/**
 * Who looks at one record. Each sidecar says which users it has, in one row for all its pages: a row for each page, which
 * every other page answers, would be a million rows where a thousand look at the same record.
 */
export class Roster {
  readonly #key: string;
  readonly #host: string;
  readonly #times: PresenceTimes;
  readonly #members = new Map<Member, Place>();
  readonly #others: Others;
  /** The one that hears. */
  #feeder: Member | null = null;
  /** What was asked; null once it was heard: what came before is of earlier, and may be over. */
  #asked: string | null = null;
  /** The users that it has said last; null if it has to say them, whoever they are. */
  #said: string | null = null;
  #saidAt = Number.NEGATIVE_INFINITY;
  #saying: Promise<void> | null = null;
  #renewal: NodeJS.Timeout | null = null;
  #telling: NodeJS.Timeout | null = null;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(key: string, host: string, times: PresenceTimes) {
    this.#key = key;
    this.#host = host;
    this.#times = times;
    this.#others = new Others(times.forgetMs);
  }

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  /** A view of this page shows the record. */
  join(member: Member): void {
    const place = this.#members.get(member) ?? { views: 0, told: '' };
    this.#members.set(member, place);
    place.views += 1;
    // A view that opens has not seen what the page was told.
    place.told = '';
    if (this.#feeder === null) this.#ask(member);
    else this.#say();
    this.#tellSoon();
  }

  /** A view of this page shows it no more. @returns when the others know */
  async leave(member: Member): Promise<void> {
    const place = this.#members.get(member);
    if (place === undefined) return;
    place.views -= 1;
    if (place.views > 0) return;
    this.#members.delete(member);
    if (this.#feeder === member) {
      member.unfeed(this.#key);
      this.#feeder = null;
      for (const next of this.#members.keys()) if (this.#feeder === null) this.#ask(next);
    }
    if (this.isEmpty) this.#close();
    this.#tellSoon();
    const said = this.#say(member);
    // Whoever is left says it; after the last one nobody would.
    if (this.isEmpty) await said;
  }

  /** What another sidecar says, or this one. @param from who has heard it */
  hear({ host, uids, ask }: PresenceRow, from: Member): void {
    if (from !== this.#feeder) return;
    if (host === this.#host) {
      if (ask === this.#asked) this.#asked = null;
      return;
    }
    if (this.#asked === null) {
      this.#others.hear(host, uids, performance.now());
      this.#tellSoon();
      this.#renewLater();
    }
    // Answered always: of two sidecars that ask at the same time, one may hear the other's question before its own.
    if (ask !== null) {
      this.#said = null;
      this.#say();
    }
  }

  get #uids(): number[] {
    return [...new Set([...this.#members.keys()].map(({ uid }) => uid))].sort((a, b) => a - b);
  }

  #ask(feeder: Member): void {
    this.#asked = randomBytes(6).toString('base64url');
    this.#said = null;
    try {
      feeder.feed(this.#key);
      this.#feeder = feeder;
    } catch {
      // It has as many handlers as it may have: whoever comes next hears the others.
    }
    this.#say();
  }

  /** Says whom this sidecar has, if that is news. One row after the other: the last one counts. */
  #say(leaving?: Member): Promise<void> {
    this.#saying ??= this.#sayAll(leaving).finally(() => {
      this.#saying = null;
    });
    return this.#saying;
  }

  async #sayAll(leaving?: Member): Promise<void> {
    // What happens in the same turn is said together.
    await null;
    for (;;) {
      await this.#pause();
      const [member = leaving] = this.#members.keys();
      const text = this.#uids.join();
      if (member === undefined || text === this.#said) return;
      this.#said = text;
      this.#saidAt = performance.now();
      try {
        await member.say(new PresenceRow(this.#key, this.#host, this.#uids, this.#asked));
      } catch {
        // PostgreSQL is away. It is said with the next renewal, and forgotten by the others otherwise.
        this.#said = null;
        this.#renewLater();
        return;
      }
    }
  }

  /** A thousand who come within a minute are some rows, each of which names all. */
  async #pause(): Promise<void> {
    const wait = this.#saidAt + this.#times.tellMs - performance.now();
    if (wait > 0 && !this.isEmpty)
      await new Promise<void>((resolve) => void setTimeout(resolve, wait).unref());
  }

  #renewLater(): void {
    const { renewMs } = this.#times;
    if (this.#renewal !== null || this.isEmpty) return;
    const { until } = this.#others;
    if (until === null && this.#said !== null) return;
    const wait = Math.min(renewMs, (until ?? Number.POSITIVE_INFINITY) - performance.now());
    this.#renewal = setTimeout(() => this.#renew(), Math.max(0, wait)).unref();
  }

  #renew(): void {
    this.#renewal = null;
    this.#others.forget(performance.now());
    this.#tellSoon();
    // Alone, it has nobody to tell.
    if (this.#others.until !== null) this.#said = null;
    if (this.#said === null) this.#say();
    this.#renewLater();
  }

  #tellSoon(): void {
    if (this.#telling !== null || this.isEmpty) return;
    const wait = Math.max(0, this.#toldAt + this.#times.tellMs - performance.now());
    this.#telling = setTimeout(() => this.#tell(), wait).unref();
  }

  #tell(): void {
    this.#telling = null;
    this.#toldAt = performance.now();
    const all = [...new Set([...this.#uids, ...this.#others.uids])].sort((a, b) => a - b);
    for (const [member, place] of this.#members) {
      const uids = all.filter((uid) => uid !== member.uid);
      const text = uids.join();
      if (text === place.told) continue;
      place.told = text;
      member.tell(this.#key, uids);
    }
  }

  #close(): void {
    if (this.#renewal !== null) clearTimeout(this.#renewal);
    if (this.#telling !== null) clearTimeout(this.#telling);
    this.#renewal = null;
    this.#telling = null;
  }
}
