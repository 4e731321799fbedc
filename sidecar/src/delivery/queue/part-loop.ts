/** What a loop does, and whom it tells. */
export interface PartLoopOptions {
  /** Nothing is done meanwhile. */
  isPaused(): boolean;
  /** @returns false if there is nothing to do until the loop is woken */
  part(): Promise<boolean>;
  failed(error: unknown): void;
  /** There is nothing to do any more. */
  rests(): void;
}

/** Does one part after the other for as long as there is something to do, and begins again when it is woken. */
export class PartLoop {
  readonly #options: PartLoopOptions;
  #busy = false;
  #woken = false;

  constructor(options: PartLoopOptions) {
    this.#options = options;
  }

  wake(): void {
    this.#woken = true;
    if (!this.#busy && !this.#options.isPaused()) void this.#run();
  }

  async #run(): Promise<void> {
    const { isPaused, part, failed, rests } = this.#options;
    this.#busy = true;
    try {
      while (this.#woken && !isPaused()) {
        this.#woken = false;
        if (await part()) this.#woken = true;
      }
      if (!isPaused()) rests();
    } catch (error) {
      failed(error);
    } finally {
      this.#busy = false;
    }
  }
}
