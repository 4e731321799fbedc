import { SidecarError } from '../../api/sidecar-error.ts';

/** Odoo, or who stands before it, answered with a status that is no success, and it may have carried the request out. */
export class HttpAnswerError extends SidecarError {
  readonly status: number;
  /** The body of the answer. */
  readonly text: string;

  constructor(status: number, text: string, message: string) {
    super('odoo_answer', message);
    this.status = status;
    this.text = text;
  }
}
