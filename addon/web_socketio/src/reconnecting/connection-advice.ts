import type { Manager } from 'socket.io-client';
import { after } from './retry-delay.ts';

/** A restart of everything takes less. */
const PATIENCE_MS = 30_000;
/** What proxies answer for a server that they cannot reach. */
const UNREACHED = new Set([502, 503, 504]);

/** What the page knows of itself. */
export interface AdviceOptions {
  /** Called once at most. */
  warn(text: string): void;
  /** The address of the page, such as `https://erp.example.com`. */
  origin?: string | undefined;
  patienceMs?: number | undefined;
}

/**
 * Says once, in one sentence, why a page has had no connection for half a minute: what it can know of the cause, and which
 * command finds out the rest. Who looks at a page that stays silent opens its console first.
 */
export class ConnectionAdvice {
  readonly #options: AdviceOptions;
  #cause: string | undefined;
  #tokenFailure: string | undefined;
  #told = false;
  #callOff: (() => void) | undefined;

  constructor(options: AdviceOptions) {
    this.#options = options;
  }

  /** Why there is no connection, as far as the page knows; undefined while it has one, or no attempt has failed. */
  get cause(): string | undefined {
    return this.#tokenFailure ?? this.#cause;
  }

  /** The page wants a connection, and has none. */
  wanted(): void {
    if (this.#told || this.#callOff) return;
    this.#callOff = after(this.#options.patienceMs ?? PATIENCE_MS, () => this.#tell());
  }

  /** Odoo gave no token. */
  tokenFailed(error: unknown): void {
    this.#tokenFailure = `Odoo gives it no token: ${error instanceof Error ? error.message : String(error)}`;
  }

  /** Odoo gave one. */
  tokenCame(): void {
    this.#tokenFailure = undefined;
  }

  /** Hears of each attempt of a manager. */
  watch(manager: Manager): void {
    manager.on('open', () => {
      this.#cause = undefined;
      this.#tokenFailure = undefined;
      this.connected();
    });
    // Nobody wants one that the page has closed itself: its screen is locked, or its last socket is gone.
    manager.on('close', (reason) => (reason === 'forced close' ? this.connected() : this.wanted()));
    manager.on('error', (error) => {
      this.#cause = causeOf(error);
      this.wanted();
    });
  }

  /** It has one, or wants none any more. */
  connected(): void {
    this.#callOff?.();
    this.#callOff = undefined;
  }

  stop(): void {
    this.connected();
    this.#told = true;
  }

  #tell(): void {
    this.#callOff = undefined;
    this.#told = true;
    const { origin, patienceMs = PATIENCE_MS, warn } = this.#options;
    const seconds = Math.round(patienceMs / 1_000);
    warn(
      `this page has had no connection for ${seconds} s: ${this.cause ?? 'nobody answers /socket.io/'}. \`web_socketio doctor ${origin ?? 'https://…'}\` finds out more.`,
    );
  }
}

/** What long-polling heard last, which comes after WebSocket was refused: browsers do not say with which status. */
function causeOf(error: Error): string {
  const status: unknown = Reflect.get(error, 'description');
  const request: unknown = Reflect.get(error, 'context');
  if (error.message === 'timeout') return '/socket.io/ does not answer in time';
  if (typeof status !== 'number' || status === 0) return 'nobody answers /socket.io/, or the network is away';
  const code = codeOf(request);
  if (code !== undefined) return `the sidecar refuses it with ${status}, ${code}`;
  if (UNREACHED.has(status))
    return `the proxy cannot reach the sidecar, and answers /socket.io/ with ${status}`;
  return `/socket.io/ is answered ${status}, so it does not reach the sidecar`;
}

/** The sidecar's own refusals have a code. */
function codeOf(request: unknown): string | undefined {
  const text: unknown =
    typeof request === 'object' && request !== null && Reflect.get(request, 'responseText');
  return typeof text === 'string' ? /^\{"code":"(\w+)"/.exec(text)?.[1] : undefined;
}
