import { SidecarError } from '../../api/sidecar-error.ts';
import type { ControlMessage } from '../../delivery/control-message.ts';
import { believe, judge, type Proved } from '../client/handshake.ts';
import { WatchedSession } from '../client/watched-session.ts';
import type { CheckState, Gateway, Proof } from '../gateway.ts';
import type { CheckPace } from './check-pace.ts';
import { SessionChecker } from './session-checker.ts';

/** How long a page may take to prove its session after the credentials changed. */
const PROOF_MS = 4_000;
/** How long a handshake waits for Odoo to look at a session that is locked, or has a proof due. */
const RECHECK_MS = 3_000;
/** A handshake waits as well for a session that nobody has looked at for longer than any connected page's. */
const OVERDUE_MS = 60_000;
/** So many sessions that are over are remembered, in case their rows cannot say so. */
const MOST_OVER = 10_000;
/** How long it is remembered that something was heard of a user or a session. */
const HEARD_MS = 120_000;
/** How often known expiries are compared with the clock. */
const TICK_MS = 1_000;

/** How it fares to have Odoo look at sessions. */
export interface CheckEvents {
  failed(error: unknown): void;
  worked(): void;
}

/**
 * Ends the pages of one database, and the bus sockets, whose session ends. It hears of that by control messages, at the
 * token's expiry, and from Odoo, which it has look at all sessions again and again. It believes only the rows: a message
 * that anybody inserted costs one query at most.
 */
export class SessionWatch {
  readonly #gateway: Gateway;
  readonly #checker: SessionChecker;
  readonly #clients = new Set<WatchedSession>();
  readonly #proofTimers = new Map<WatchedSession, NodeJS.Timeout>();
  /** When something was last heard of a user or a session, by the monotonic clock. */
  readonly #heard = new Map<unknown, number>();
  /** Sessions that Odoo has said to be over, by their hashes: that is final, whoever holds their rows. */
  readonly #over = new Set<string>();
  #ticker: NodeJS.Timeout | null = null;
  /** No known expiry is earlier: thousands of pages need not be looked through each second. */
  #firstDeadline = Number.POSITIVE_INFINITY;
  #controls = 0;

  constructor(gateway: Gateway, pace: CheckPace, events: CheckEvents) {
    this.#gateway = gateway;
    this.#checker = new SessionChecker({
      pace,
      ask: (origin, tokens) => gateway.checkSessions(origin, tokens),
      answered: (subject, state) => subject instanceof WatchedSession && this.#answered(subject, state),
      failed: (error) => events.failed(error),
      worked: () => events.worked(),
    });
  }

  /** How many control messages were heard: to be asked before a row is read, and given to `add`. */
  get controls(): number {
    return this.#controls;
  }

  /** @param controls as it was before the page's row was read: what was heard since may have meant this page */
  add(client: WatchedSession, controls: number): void {
    this.#clients.add(client);
    this.#plan(client);
    this.#ticker ??= setInterval(() => this.#tick(), TICK_MS);
    if (controls !== this.#controls) void this.#checkPage(client);
    // It was away for a while: nobody has looked at its session meanwhile.
    if (
      client.checkAt <= performance.now() ||
      client.checkedAt < this.#heardAt(client.session.uid, client.sessionHash)
    )
      this.#askNow(client);
  }

  remove(client: WatchedSession): void {
    this.#clients.delete(client);
    this.#checker.remove(client);
    this.#clearProof(client);
    if (this.#clients.size === 0) this.#stopTicker();
  }

  /** Something was heard of a user or a session. */
  control(message: ControlMessage & { readonly kind: 'proof_due' | 'session' }): void {
    this.#controls += 1;
    if (message.kind === 'proof_due') {
      const { uid } = message;
      this.#hear(uid, (client) => client.session.uid === uid);
    } else {
      const { sessionHash } = message;
      this.#hear(sessionHash, (client) => client.sessionHash === sessionHash);
    }
  }

  /** Looks at every page's row again, for what happened while nobody was listening, and has Odoo look as well. */
  checkAll(): void {
    this.#controls += 1;
    const now = performance.now();
    for (const client of this.#clients) {
      if (client.isCheckable) client.checkAt = Math.min(client.checkAt, now);
      this.#plan(client);
      void this.#checkPage(client);
    }
  }

  /** Odoo did not carry out a call with that token: the session may be over. */
  refused(token: string): void {
    for (const client of this.#clients) {
      if (client.token !== token) continue;
      this.#askNow(client);
      void this.#checkPage(client);
    }
  }

  /** Has Odoo look at a session that is not good by its row, or may not be any more; see `Recheck`. */
  recheck(token: string, proof: Proof): Promise<CheckState | null> | null {
    const { locked, proofDue, ended, expiresInMs, checkedAgoMs, origin, uid, sessionHash } = proof;
    if (ended || expiresInMs <= 0 || checkedAgoMs === null) return null;
    if (this.#over.has(sessionHash)) return Promise.resolve('over');
    const since = Math.max(performance.now() - OVERDUE_MS, this.#heardAt(uid, sessionHash));
    if (!locked && !proofDue && performance.now() - checkedAgoMs >= since) return null;
    return this.#recheck(token, origin, sessionHash);
  }

  async #recheck(token: string, origin: string | null, sessionHash: string): Promise<CheckState | null> {
    const subject = { token, origin, checkAt: Number.POSITIVE_INFINITY };
    const timer = setTimeout(() => this.#checker.remove(subject), RECHECK_MS);
    const state = await this.#checker.askNow(subject);
    clearTimeout(timer);
    this.#remember(sessionHash, state);
    return state;
  }

  /** A page renewed its token and sent it. It takes the place of the first, if it is of the same session. */
  renewed(client: WatchedSession, proved: Proved): void {
    if (!client.matches(proved.gateway, proved.proof)) {
      throw new SidecarError(
        'session_mismatch',
        `This connection belongs to user ${client.session.uid} of '${client.session.db}'. Open another connection for another session.`,
      );
    }
    client.replaceToken(proved.token);
    client.extend(proved.proof);
    if (this.#clients.has(client)) this.#plan(client);
    this.#clearProof(client);
  }

  /** Watches no more. May be called twice. */
  stop(): void {
    this.#checker.stop();
    this.#stopTicker();
    for (const client of this.#proofTimers.keys()) this.#clearProof(client);
  }

  #tick(): void {
    const now = performance.now();
    if (this.#firstDeadline <= now) this.#checkExpired(now);
    this.#checker.tick();
  }

  /** It is known when its token expires, and when it has to be looked at. */
  #plan(client: WatchedSession): void {
    this.#firstDeadline = Math.min(this.#firstDeadline, client.deadline);
    this.#checker.add(client);
  }

  /** Rows may not show yet what they will: whoever changes a user commits later, and a row may be held by somebody. */
  #hear(whom: unknown, concerns: (client: WatchedSession) => boolean): void {
    const now = performance.now();
    for (const [known, at] of this.#heard) if (at < now - HEARD_MS) this.#heard.delete(known);
    this.#heard.delete(whom);
    this.#heard.set(whom, now);
    for (const client of this.#clients) {
      if (concerns(client))
        void this.#checkPage(client).then(() => client.proved === null && this.#askNow(client));
    }
  }

  #heardAt(uid: number, sessionHash: string): number {
    const never = Number.NEGATIVE_INFINITY;
    return Math.max(this.#heard.get(uid) ?? never, this.#heard.get(sessionHash) ?? never);
  }

  #remember(sessionHash: string, state: CheckState | null): void {
    if (state !== 'over') return;
    this.#over.add(sessionHash);
    const [first] = this.#over;
    if (first !== undefined && this.#over.size > MOST_OVER) this.#over.delete(first);
  }

  #askNow(client: WatchedSession): void {
    if (client.isCheckable && client.ended === null && this.#clients.has(client))
      void this.#checker.askNow(client);
  }

  #stopTicker(): void {
    if (this.#ticker !== null) clearInterval(this.#ticker);
    this.#ticker = null;
  }

  #checkExpired(now: number): void {
    this.#firstDeadline = Number.POSITIVE_INFINITY;
    for (const client of this.#clients) {
      this.#firstDeadline = Math.min(this.#firstDeadline, client.deadline);
      if (client.deadline <= now) void this.#checkPage(client);
    }
  }

  /** Odoo has looked. */
  #answered(client: WatchedSession, state: CheckState): void {
    this.#remember(client.sessionHash, state);
    if (this.#clients.has(client) && (state !== 'live' || client.proved !== null))
      void this.#checkPage(client, state);
  }

  /** @param state what Odoo has just said; null if it was not asked */
  async #checkPage(client: WatchedSession, state: CheckState | null = null): Promise<void> {
    if (client.ended !== null) return;
    try {
      const { token, tokenHash } = client;
      // Why it cannot be read, the database has said.
      const row = await this.#gateway.findProof(tokenHash).catch(() => null);
      // PostgreSQL being away ends nobody before the known expiry; the next connection looks at all rows again.
      if (row === null && client.deadline > performance.now()) return;
      if (token !== client.token) return;
      if (row) believe(state, row);
      client.extend(judge(row));
      if (this.#clients.has(client)) this.#plan(client);
      this.#clearProof(client);
    } catch (error) {
      if (!(error instanceof SidecarError)) throw error;
      if (error.code !== 'session_unproved') this.#end(client, error);
      else if (this.#clients.has(client)) this.#askProof(client, error, state);
    }
  }

  /** Odoo may know better by itself; the page is asked only if it does not. */
  #askProof(client: WatchedSession, error: SidecarError, state: CheckState | null): void {
    if (client.askProof()) {
      this.#proofTimers.set(
        client,
        setTimeout(() => this.#end(client, error), PROOF_MS),
      );
      if (client.isCheckable && state === null) {
        void this.#checker
          .askNow(client)
          .then((answer) => answer === null && client.proved !== null && client.demandProof());
      } else client.demandProof();
    } else if (state !== null) client.demandProof();
  }

  #clearProof(client: WatchedSession): void {
    clearTimeout(this.#proofTimers.get(client));
    this.#proofTimers.delete(client);
    client.settleProof();
  }

  #end(client: WatchedSession, reason: SidecarError): void {
    this.#clearProof(client);
    this.#checker.remove(client);
    client.end(reason);
  }
}
