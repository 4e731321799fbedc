/** What a {@link SocketIOError} may say besides its code and message. */
export interface SocketIOErrorOptions {
  /** The same may succeed later without anybody changing anything; false unless said otherwise. */
  readonly retry?: boolean;
  /** What was caught. */
  readonly cause?: unknown;
  /** Of an error of Odoo, such as `AccessError`. */
  readonly name?: string;
  /**
   * Whether its message may be sent to a browser; true unless said otherwise. What is not told is logged instead.
   *
   * @internal
   */
  readonly isTold?: boolean;
}

/**
 * An error that a person or a program can act on.
 *
 * Handlers may throw it: its code and message reach the browser as `{ ok: false, code, message }`, while any other
 * error is reported there as `handler_failed` without its text.
 */
export class SocketIOError extends Error {
  readonly code: string;
  /** True if the same thing may succeed later without anybody changing anything. */
  readonly retry: boolean;
  /**
   * Whether its message may be sent to a browser. An addon throws what it wants to be read; for the sidecar's own errors
   * the catalogue says it.
   *
   * @internal
   */
  readonly isTold: boolean;

  /**
   * @param code one word in snake case, such as `sold_out`
   * @param message quotes the bad value and says what to do next
   */
  constructor(code: string, message: string, options: SocketIOErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = options.name ?? 'SocketIOError';
    this.code = code;
    this.retry = options.retry ?? false;
    this.isTold = options.isTold ?? true;
  }
}

/** How a wait ends when its socket is gone or its handler was stopped. Not for addons to throw or to report. */
export class AbortError extends Error {
  constructor() {
    super('The socket is gone, or its handler was stopped.');
    this.name = 'AbortError';
  }
}

/** The text of whatever was thrown. Third-party code may throw anything. */
export function reason(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** A value as it is quoted in messages: JSON, cut to `limit` characters so that one bad row cannot fill a log. */
export function quote(value: unknown, limit = 120): string {
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    text = plainText(value);
  }
  return text.length > limit ? `${text.slice(0, limit)}… (${text.length} characters)` : text;
}

/** Neither JSON nor text can be made of what nests too deep for the stack. */
function plainText(value: unknown): string {
  try {
    return String(value);
  } catch {
    return `a value that cannot be quoted, of the type ${typeof value}`;
  }
}
