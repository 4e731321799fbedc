import { SocketIOError } from './error.ts';
import { ERROR_CODES, type ErrorCode } from './error-codes/catalogue.ts';

/**
 * An error of the sidecar itself: its code is in the catalogue, which says who may see its message.
 *
 * @internal
 */
export class SidecarError extends SocketIOError {
  declare readonly code: ErrorCode;
  /** The id of the user in Odoo whom it is about; null if it is about nobody, or nobody known. */
  readonly user: number | null;

  /**
   * @param message quotes the bad value and says what to do next
   * @param options `retry`: where it is another than the catalogue's; `cause`: what was caught; `name`: of an error of Odoo;
   * `user`: whom it is about
   */
  constructor(
    code: ErrorCode,
    message: string,
    options: { retry?: boolean; cause?: unknown; name?: string; user?: number } = {},
  ) {
    const { seenBy, retry } = ERROR_CODES[code];
    super(code, message, { retry: retry === true, ...options, isTold: seenBy === 'browser' });
    this.user = options.user ?? null;
  }
}
