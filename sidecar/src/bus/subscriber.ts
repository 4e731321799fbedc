import { reason } from '../api/error.ts';
import { SidecarError } from '../api/sidecar-error.ts';
import { BackOff } from '../lib/back-off.ts';
import type { Question, Questioner } from './ask-queue.ts';
import type { AskedDatabase } from './asked-database.ts';
import type { Asker, BusAnswer, BusRefusal, Granted } from './bus-ask.ts';
import type { BusClient } from './bus-client.ts';
import { SESSION_EXPIRED, TRY_LATER } from './close-codes.ts';
import { browserKey } from './cookie.ts';
import type { HeldSession, Member } from './held-session.ts';
import { closeCodeOf, isCookieNeeded } from './session-end.ts';
import { askOf, bytesOf, type Wish } from './wish.ts';
import { Wishes } from './wishes.ts';

/** After this one socket is asked about again, if Odoo or PostgreSQL could not look at it. */
const [FIRST_AGAIN_MS, LONGEST_AGAIN_MS] = [1_000, 30_000];

/** Whom a subscriber tells. */
export interface SubscriberEvents {
  /** Its session is of another database: the next one, or null if that is not served. */
  elsewhere(subscriber: Subscriber, refusal: BusRefusal): AskedDatabase | null;
  /** Nobody serves its database. */
  unserved(subscriber: Subscriber, refusal: BusRefusal): void;
  /** It is known whose it is. */
  known(subscriber: Subscriber): void;
  invalid(subscriber: Subscriber, message: string): void;
  failed(subscriber: Subscriber, message: string): void;
  dropped(subscriber: Subscriber, message: string): void;
}

/** One bus socket: what it asks Odoo, and what becomes of the answers. */
export class Subscriber implements Questioner, Member {
  readonly client: BusClient;
  /** By what its browser is known, a secret; null if it has neither a session nor a guest. */
  readonly browser: string | null;
  /** The databases that were asked, and said that it is not theirs. */
  readonly tried = new Set<string>();
  readonly #events: SubscriberEvents;
  readonly #again = new BackOff(FIRST_AGAIN_MS, LONGEST_AGAIN_MS);
  readonly #wishes = new Wishes();
  /** What is with Odoo at present. */
  #taken: Wish[] = [];
  #database: AskedDatabase;
  #known: { readonly uid: number | null; readonly session: boolean } | null = null;
  #held: HeldSession | null = null;
  #carried = false;
  /** What its page wanted last. */
  #wanted: { readonly channels: readonly string[]; readonly last: number } = { channels: [], last: 0 };
  /** The next grant waits for the one before it. */
  #granting: Promise<void> = Promise.resolve();
  /** While it waits to ask the same again. */
  #timer: NodeJS.Timeout | null = null;

  constructor(client: BusClient, database: AskedDatabase, events: SubscriberEvents) {
    this.client = client;
    this.browser = browserKey(client.visitor.cookie);
    this.#database = database;
    this.#events = events;
  }

  get origin(): string | null {
    return this.client.visitor.origin;
  }

  get database(): AskedDatabase {
    return this.#database;
  }

  /** Whether Odoo may have done anything for it. */
  get carried(): boolean {
    return this.#carried;
  }

  /** By what those are found who are there for the same person; the last one says most. */
  get keys(): string[] {
    const { name } = this.#database.gateway;
    return [
      ...(this.browser === null ? [] : [`browser ${this.browser}`]),
      ...(this.#known?.uid == null ? [] : [`user ${this.#known.uid} of ${name}`]),
    ];
  }

  /** As whom it asks. */
  get asker(): Asker {
    const { cookie, headers } = this.client.visitor;
    const { uid, session } = this.#known ?? { uid: null, session: false };
    return {
      ...{ cookie, headers, first: this.#known === null, uid, session },
      ...(this.#held !== null && { credential: this.#held.token }),
    };
  }

  wish(wish: Wish): void {
    if (!this.client.open) return;
    if (wish.kind === 'subscribe') this.#wanted = { channels: wish.channels, last: wish.last };
    this.#countDropped(this.#wishes.add(wish));
    this.#ask();
  }

  prove(): void {
    this.wish({ kind: 'proof', ...this.#wanted });
  }

  sessionEnded(error: SidecarError): void {
    this.client.close(closeCodeOf(error));
  }

  take(most: number, bytes: number): readonly Question[] {
    const questions: Question[] = [];
    this.#taken = [];
    let size = 0;
    while (questions.length < most && (questions.length === 0 || size < bytes)) {
      const wish = this.#isResting ? undefined : this.#wishes.next();
      if (wish === undefined) break;
      const question = { ask: askOf(wish, this.asker, this.#needsToken), bytes: bytesOf(wish) };
      this.#taken.push(wish);
      questions.push(question);
      this.#carried = true;
      size += question.bytes;
    }
    if (questions.length > 0) this.#ask();
    return questions;
  }

  answered(_: readonly Question[], answers: readonly BusAnswer[]): void {
    for (const [index, wish] of this.#taken.entries()) {
      const answer = answers[index];
      if (answer === undefined || !this.client.open) return;
      if ('granted' in answer) {
        if (answer.granted !== null) this.#granted(wish, answer.granted);
      } else if (answer.refused.why === 'database') {
        this.#elsewhere(answer.refused, this.#taken.slice(index));
        return;
      } else this.#refused(wish, answer.refused);
    }
  }

  putBack(): void {
    this.#putFirst(this.#taken);
    this.#ask();
  }

  lost(_: readonly Question[], error: unknown, alone: boolean): void {
    // By itself it takes Odoo longer than it may: asked again and again, it would hold one of Odoo's workers for good. A socket
    // that hears something already stays: it may be Odoo that hangs.
    if (alone && this.#known === null && codeOf(error) === 'odoo_timeout') {
      this.#tooSlow(reason(error));
      return;
    }
    // It does no harm to subscribe twice; an event may have done something.
    const again = this.#taken.filter(({ kind }) => kind !== 'event');
    if (again.length < this.#taken.length) this.#events.dropped(this, reason(error));
    this.#putFirst(again);
    this.#ask();
  }

  /** The socket is gone: nothing is asked and nobody is watched for it any more. */
  leave(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#wishes.clear();
    this.#database.queue.remove(this);
    if (this.#held !== null) this.#database.sessions.leave(this.#held, this);
  }

  #tooSlow(why: string): void {
    this.#events.failed(this, why);
    this.client.close(TRY_LATER);
  }

  /** Whether nothing may be asked at present. */
  get #isResting(): boolean {
    return this.#timer !== null || !this.client.open;
  }

  get #needsToken(): boolean {
    const { sessions } = this.#database;
    const held = this.#held ?? (this.browser === null ? null : sessions.find(this.browser));
    return held === null || held.wantsToken;
  }

  #ask(): void {
    if (!this.#isResting && !this.#wishes.isEmpty) this.#database.queue.add(this);
  }

  #granted(wish: Wish, granted: Granted): void {
    const { uid, session } = granted;
    if (this.#known === null) {
      this.#known = { uid, session };
      this.#events.known(this);
    }
    this.#granting = this.#granting
      .then(() => this.#enter(wish, granted))
      .catch((error: unknown) => {
        this.#events.failed(this, reason(error));
        this.client.close(TRY_LATER);
      });
  }

  async #enter(wish: Wish, { uid, channels, last, token }: Granted): Promise<void> {
    if (!this.client.open) return;
    try {
      if (uid !== null && !(await this.#watch(wish, uid, token))) return this.#later(wish);
    } catch (error) {
      if (!(error instanceof SidecarError)) throw error;
      if (isCookieNeeded(error)) return this.#later(wish);
      return this.client.close(closeCodeOf(error));
    }
    this.#again.reset();
    if (wish.kind === 'subscribe' && this.client.open)
      await this.client.subscribe(this.#database.gateway.name, channels, last);
  }

  /** Has its session watched. @returns false if a token is needed, and there is none */
  async #watch(wish: Wish, uid: number, token: string | null): Promise<boolean> {
    const { sessions } = this.#database;
    const held = this.#held;
    if (held !== null) {
      if (token !== null) await held.renew(token);
      return wish.kind !== 'proof' || !held.wantsToken;
    }
    const joined = await sessions.join(this.browser ?? `token ${token}`, uid, token, this);
    this.#held = joined;
    if (joined !== null && !this.client.open) sessions.leave(joined, this);
    return joined !== null;
  }

  #refused(wish: Wish, { why, message }: BusRefusal): void {
    if (why === 'expired') this.client.close(SESSION_EXPIRED);
    else if (why === 'locked') this.client.close(TRY_LATER);
    else if (why === 'invalid') this.#events.invalid(this, message ?? 'no reason is given');
    else if (wish.kind === 'event') this.#events.dropped(this, 'Odoo failed');
    else {
      this.#events.failed(this, 'Odoo failed');
      this.#later(wish);
    }
  }

  #elsewhere(refusal: BusRefusal, wishes: readonly Wish[]): void {
    const { gateway, queue } = this.#database;
    this.#carried = false;
    this.tried.add(gateway.name);
    const next = this.#known === null ? this.#events.elsewhere(this, refusal) : null;
    if (next === null) this.#events.unserved(this, refusal);
    else {
      queue.remove(this);
      this.#database = next;
      this.#putFirst(wishes);
      this.#ask();
    }
  }

  /** Asks the same again after a while, before what came since. */
  #later(wish: Wish): void {
    if (!this.client.open) return;
    this.#putFirst([wish]);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#ask();
    }, this.#again.next());
  }

  #putFirst(wishes: readonly Wish[]): void {
    if (this.client.open) this.#countDropped(this.#wishes.putBack(wishes));
  }

  #countDropped(count: number): void {
    if (count > 0) this.#events.dropped(this, 'too many wait for Odoo');
  }
}

function codeOf(error: unknown): string | null {
  return error instanceof SidecarError ? error.code : null;
}
