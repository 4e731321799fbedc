import type { Values } from '../api/message.ts';

/** One call of a public method, as the user of a token. */
export interface ModelCall {
  readonly db: string;
  readonly token: string;
  readonly model: string;
  readonly method: string;
  readonly args: readonly unknown[];
  readonly kwargs: Values;
  /** Merged over the session's context. */
  readonly context: Values;
}

/** The way to OpenERP's models. Each transport implements it and passes the same contract tests. */
export interface ModelCaller {
  /**
   * Runs a method once; a call that may have been carried out is never sent again.
   *
   * @throws SocketIOError `access_denied`, `access_error`, `user_error`, `validation_error`, `missing_error`,
   * `openerp_error`, `openerp_unreachable`, `openerp_timeout`, `openerp_answer`
   */
  call(call: ModelCall): Promise<unknown>;
}
