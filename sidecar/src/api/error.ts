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
   * @param code one word in snake case, listed in the README
   * @param message quotes the bad value and says what to do next
   * @param options `retry`: see the field; `cause`: what was caught; `name`: of an error of OpenERP, such as `AccessError`
   */
  constructor(
    code: string,
    message: string,
    options: { retry?: boolean; cause?: unknown; name?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = options.name ?? 'SocketIOError';
    this.code = code;
    this.retry = options.retry ?? false;
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
    text = String(value);
  }
  return text.length > limit ? `${text.slice(0, limit)}… (${text.length} characters)` : text;
}
