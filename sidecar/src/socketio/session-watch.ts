import { SocketIOError } from '../api/error.ts';
import type { Message } from '../api/message.ts';
import type { Gateway } from './gateway.ts';
import { judge, type Proved } from './handshake.ts';
import type { Page } from './page.ts';
import { ASK_SESSION } from './wire.ts';

/** How long a page may take to prove its session after the credentials changed. */
const PROOF_MS = 4_000;
/** How often known expiries are compared with the clock. */
const TICK_MS = 1_000;

/**
 * Ends the pages of one database whose session ends. It hears of that by control messages and at the token's expiry, and
 * believes only the rows: a message that anybody inserted costs one query at most.
 */
export class SessionWatch {
  readonly #gateway: Gateway;
  readonly #pages = new Set<Page>();
  readonly #proofTimers = new Map<Page, NodeJS.Timeout>();
  #ticker: NodeJS.Timeout | null = null;
  #controls = 0;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  /** How many control messages were heard: to be asked before a row is read, and given to `add`. */
  get controls(): number {
    return this.#controls;
  }

  /** @param controls as it was before the page's row was read: what was heard since may have meant this page */
  add(page: Page, controls: number): void {
    this.#pages.add(page);
    this.#ticker ??= setInterval(() => this.#tick(), TICK_MS);
    if (controls !== this.#controls) void this.#checkPage(page);
  }

  remove(page: Page): void {
    this.#pages.delete(page);
    this.#clearProof(page);
    if (this.#pages.size > 0 || this.#ticker === null) return;
    clearInterval(this.#ticker);
    this.#ticker = null;
  }

  /** A control message: `{type: 'ended', session_hash}` or `{type: 'proof_due', uid}`. */
  control(message: Message): void {
    this.#controls += 1;
    const { type, session_hash: hash, uid } = message.values;
    if (type === 'ended') this.#check((page) => page.sessionHash === hash);
    if (type === 'proof_due') this.#check((page) => page.session.uid === uid);
  }

  /** Looks at every page's row again, for what happened while nobody was listening. */
  checkAll(): void {
    this.#controls += 1;
    this.#check(() => true);
  }

  /** A page renewed its token and sent it. It takes the place of the first, if it is of the same session. */
  renewed(page: Page, proved: Proved): void {
    if (!page.matches(proved.gateway, proved.proof)) {
      throw new SocketIOError(
        'session_mismatch',
        `This connection belongs to user ${page.session.uid} of '${page.session.db}'. Open another connection for another session.`,
      );
    }
    page.replaceToken(proved.token, proved.tokenHash);
    page.extend(proved.proof, proved.renewable);
    this.#clearProof(page);
  }

  #tick(): void {
    const now = performance.now();
    this.#check((page) => page.deadline <= now);
    for (const page of this.#pages) {
      if (page.askAt > now) continue;
      page.askAt = Number.POSITIVE_INFINITY;
      ask(page);
    }
  }

  #check(concerns: (page: Page) => boolean): void {
    for (const page of this.#pages) if (concerns(page)) void this.#checkPage(page);
  }

  async #checkPage(page: Page): Promise<void> {
    try {
      const { tokenHash } = page;
      // Why it cannot be read, the database has said.
      const row = await this.#gateway.findProof(tokenHash).catch(() => undefined);
      // PostgreSQL being away ends nobody before the known expiry; the next connection looks at all rows again.
      if (row === undefined && page.deadline > performance.now()) return;
      if (tokenHash !== page.tokenHash) return;
      page.extend(judge(row ?? null));
      this.#clearProof(page);
    } catch (error) {
      if (!(error instanceof SocketIOError)) throw error;
      if (error.code === 'session_unproved') this.#askProof(page, error);
      else this.#end(page, error);
    }
  }

  #askProof(page: Page, error: SocketIOError): void {
    if (!page.askProof()) return;
    this.#proofTimers.set(
      page,
      setTimeout(() => this.#end(page, error), PROOF_MS),
    );
    ask(page);
  }

  #clearProof(page: Page): void {
    clearTimeout(this.#proofTimers.get(page));
    this.#proofTimers.delete(page);
    page.settleProof();
  }

  #end(page: Page, { code, message, retry }: SocketIOError): void {
    this.#clearProof(page);
    for (const socket of page.sockets) socket.end({ code, message, retry });
  }
}

function ask({ sockets }: Page): void {
  const [socket] = sockets;
  socket?.emit(ASK_SESSION, []);
}
