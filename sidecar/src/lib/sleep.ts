/** A wait that may end before its time. */
export class Sleep {
  /** Resolves when it is over, however it ended. */
  readonly over: Promise<void>;
  #end: () => void = () => undefined;

  constructor(ms: number) {
    this.over = new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Ends it now. May be called twice. */
  end(): void {
    this.#end();
  }
}

/** Waits, at the longest until the signal is aborted. Resolves in both cases: the caller looks at the signal. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const one = new Sleep(ms);
  const end = () => one.end();
  signal.addEventListener('abort', end);
  await one.over;
  signal.removeEventListener('abort', end);
}
