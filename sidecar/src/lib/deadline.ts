/**
 * A signal that is aborted with another one, or when a time has passed. Not `AbortSignal.any` with `AbortSignal.timeout`: Node 20
 * forgets that time when it collects its garbage, and who waits for it waits for ever.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  readonly #abort = () => this.#controller.abort(this.#parent.reason);
  #passed = false;

  /** @param ms after so many milliseconds */
  constructor(ms: number, parent: AbortSignal) {
    this.#parent = parent;
    this.#timer = setTimeout(() => {
      this.#passed = true;
      this.#controller.abort(new Error(`no answer in ${ms / 1_000} s`));
    }, ms);
    if (parent.aborted) this.#abort();
    else parent.addEventListener('abort', this.#abort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether it was the time that aborted it. */
  get passed(): boolean {
    return this.#passed;
  }

  /** Whatever it was for is over. May be called twice. */
  end(): void {
    clearTimeout(this.#timer);
    this.#parent.removeEventListener('abort', this.#abort);
  }
}
