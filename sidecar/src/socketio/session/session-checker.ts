import { SidecarError } from '../../api/sidecar-error.ts';
import { BackOff } from '../../lib/back-off.ts';
import { nextCheck } from '../client/check-time.ts';
import type { CheckState, CheckSubject } from '../gateway.ts';
import { CheckBatch, type Turn } from './check-batch.ts';
import type { CheckPace } from './check-pace.ts';

/** A session of which Odoo could not say anything new is asked about again after this. */
const AGAIN_MS = 10_000;
/** So is one under whose host Odoo does not know the database. */
const REFUSED_MS = 30_000;

/** Sessions in one question; fewer where Odoo takes too long for so many, and then slowly more again. */
const MOST = 500;
const [FEWEST, MORE] = [10, 10];

/** What a checker asks, and whom it tells. */
export interface SessionCheckerOptions {
  readonly pace: CheckPace;
  /** Asks Odoo. @param origin the one of all these tokens @returns the states in the order of the tokens */
  ask(origin: string | null, tokens: readonly string[]): Promise<readonly CheckState[]>;
  answered(subject: CheckSubject, state: CheckState): void;
  failed(error: unknown): void;
  worked(): void;
}

/**
 * Has Odoo look at the sessions of one database, many with one question: each after some 40 seconds, and some at once.
 * So a session ends when Odoo ends it, for whatever reason, and nobody has to send a cookie for that. While Odoo
 * cannot be asked, nothing changes.
 */
export class SessionChecker {
  readonly #options: SessionCheckerOptions;
  readonly #subjects = new Set<CheckSubject>();
  readonly #urgent = new Map<CheckSubject, ((state: CheckState | null) => void)[]>();
  readonly #backOff = new BackOff(1_000, 15_000);
  readonly #refused = new Set<string | null>();
  /** By token: those that nobody waits for any more, and that are to be asked about once. */
  readonly #owed = new Map<string, CheckSubject>();
  #most = MOST;
  /** None is due earlier: thousands need not be looked through each second. */
  #firstDue = Number.POSITIVE_INFINITY;
  #notBefore = Number.NEGATIVE_INFINITY;
  #wasUrgent = false;
  #turn: Turn = 'longest';
  #running = false;
  #stopped = false;

  constructor(options: SessionCheckerOptions) {
    this.#options = options;
  }

  /** Asks about it from now on, whenever it is due. To be called again when it is due earlier than it was. */
  add(subject: CheckSubject): void {
    this.#subjects.add(subject);
    this.#firstDue = Math.min(this.#firstDue, subject.checkAt);
  }

  /**
   * Nobody wants to know of it any more. If it was due it is asked about all the same: who comes and goes faster than
   * questions leave would never be looked at otherwise, and the next handshake believes the row.
   */
  remove(subject: CheckSubject): void {
    this.#subjects.delete(subject);
    const isDue = this.#urgent.has(subject) || subject.checkAt <= performance.now();
    this.#settle(subject, null);
    if (!isDue || this.#stopped || this.#owed.has(subject.token)) return;
    this.#owed.set(subject.token, subject);
    this.#urgent.set(subject, []);
    this.#start();
  }

  /** Asks as soon as possible. @returns the state, null if Odoo cannot be asked */
  askNow(subject: CheckSubject): Promise<CheckState | null> {
    if (this.#stopped || performance.now() < this.#notBefore) {
      subject.checkAt = Math.min(subject.checkAt, performance.now());
      if (this.#subjects.has(subject)) this.add(subject);
      return Promise.resolve(null);
    }
    return new Promise((resolve) => {
      const waiting = this.#urgent.get(subject);
      if (waiting === undefined) this.#urgent.set(subject, [resolve]);
      else waiting.push(resolve);
      this.#start();
    });
  }

  /** Looks for what is due; to be called about once a second. */
  tick(): void {
    if (this.#isDue()) this.#start();
  }

  /** Asks no more. May be called twice. */
  stop(): void {
    this.#stopped = true;
    this.#subjects.clear();
    for (const subject of [...this.#urgent.keys()]) this.#settle(subject, null);
  }

  #start(): void {
    if (this.#running || this.#stopped || performance.now() < this.#notBefore) return;
    this.#running = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    try {
      while (
        !this.#stopped &&
        performance.now() >= this.#notBefore &&
        (this.#urgent.size > 0 || this.#isDue())
      ) {
        await this.#options.pace.turn();
        const batch = this.#take();
        if (batch !== null && !this.#stopped) await this.#ask(batch);
      }
    } finally {
      this.#running = false;
    }
  }

  #isDue(): boolean {
    const now = performance.now();
    if (this.#firstDue > now) return false;
    let first = Number.POSITIVE_INFINITY;
    for (const { checkAt } of this.#subjects) {
      if (checkAt <= now) return true;
      first = Math.min(first, checkAt);
    }
    this.#firstDue = first;
    return false;
  }

  /** Urgent ones first; but who makes many of them must not keep the others from being looked at. */
  #take(): CheckBatch | null {
    const now = performance.now();
    // In turn: who makes up hosts must keep neither the host of most waiting, nor for ever somebody who has one alone.
    this.#turn = this.#turn === 'most' ? 'longest' : 'most';
    const urgent = CheckBatch.urgent(this.#urgent.keys(), this.#subjects, now, this.#most, this.#turn);
    const due =
      this.#wasUrgent || urgent === null ? CheckBatch.due(this.#subjects, now, this.#most, this.#turn) : null;
    this.#wasUrgent = due === null && urgent !== null;
    return due ?? urgent;
  }

  async #ask({ origin, subjects }: CheckBatch): Promise<void> {
    const asked = subjects.map((subject) => ({ subject, token: subject.token }));
    const at = performance.now();
    try {
      const tokens = asked.map(({ token }) => token);
      const states = await this.#options.ask(origin, tokens);
      this.#backOff.reset();
      this.#most = Math.min(MOST, this.#most + MORE);
      this.#refused.delete(origin);
      if (this.#refused.size === 0) this.#options.worked();
      for (const [index, { subject, token }] of asked.entries()) {
        // A page may have got another token meanwhile.
        if (subject.token === token) this.#answered(subject, states[index] ?? 'unknown', at);
        else this.#settle(subject, null);
      }
    } catch (error) {
      this.#failed(error, origin, subjects);
    }
  }

  #answered(subject: CheckSubject, state: CheckState, at: number): void {
    const isGood = state === 'live' || state === 'renewed';
    if (Number.isFinite(subject.checkAt)) subject.checkAt = isGood ? nextCheck(at) : at + AGAIN_MS;
    if (this.#subjects.has(subject)) this.add(subject);
    this.#settle(subject, state);
    this.#options.answered(subject, state);
  }

  #failed(error: unknown, origin: string | null, subjects: readonly CheckSubject[]): void {
    if (this.#stopped) return;
    const now = performance.now();
    const code = error instanceof SidecarError ? error.code : null;
    if (code === 'odoo_timeout') this.#most = Math.max(FEWEST, Math.floor(subjects.length / 2));
    if (code === 'host_refused') {
      // Under other hosts it may well be asked.
      this.#refused.add(origin);
      for (const subject of subjects) subject.checkAt = Math.max(subject.checkAt, now + REFUSED_MS);
    } else {
      this.#notBefore = now + this.#backOff.next();
    }
    for (const subject of subjects) this.#settle(subject, null);
    this.#options.failed(error);
  }

  #settle(subject: CheckSubject, state: CheckState | null): void {
    const waiting = this.#urgent.get(subject);
    this.#urgent.delete(subject);
    if (this.#owed.get(subject.token) === subject) this.#owed.delete(subject.token);
    for (const resolve of waiting ?? []) resolve(state);
  }
}
