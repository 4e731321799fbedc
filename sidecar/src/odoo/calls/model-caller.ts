import type { Values } from '../../api/message.ts';

/** One call of a public method, as the user of a token. */
export interface ModelCall {
  readonly db: string;
  /** `token`, or `token.` and the id of this sidecar: with that it still works for a moment after its end. A secret. */
  readonly credential: string;
  /** The address at which the page's browser is, such as `https://erp.example.com`; null if nobody knows. */
  readonly origin: string | null;
  /** Whose token it is: users take turns, and XML-RPC asks for it. */
  readonly uid: number;
  readonly model: string;
  readonly method: string;
  readonly args: readonly unknown[];
  readonly kwargs: Values;
  /** The session's. What Odoo knows of it by itself counts more, and most a context among the keyword arguments. */
  readonly context: Values;
}

/** The way to Odoo's models. Both transports implement it and pass the same tests, as does what stands before them. */
export interface ModelCaller {
  /**
   * Runs a method, at most once. An error has `retry: true` only if the method surely did not run.
   *
   * @throws SidecarError `access_denied`, `access_error`, `user_error`, `validation_error`, `missing_error`,
   * `odoo_error`, `odoo_unreachable`, `odoo_timeout`, `odoo_answer`, `host_refused`; a CallRefusedError if it is
   * the session that was refused
   */
  call(call: ModelCall): Promise<unknown>;
  /** Gives up every call that runs, and each that comes later. May be called twice. */
  stop(): void;
}
