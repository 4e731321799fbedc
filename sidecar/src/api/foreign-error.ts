/**
 * What a handler threw in another process.
 *
 * @internal
 */
export class ForeignError extends Error {
  /** Where it is described: `the Python worker's log`. */
  readonly log: string;

  constructor(message: string, log: string) {
    super(message);
    this.log = log;
  }
}
