import { ReadStream, WriteStream } from 'node:tty';
import type { Problem } from '../api/problem.ts';
import { duration } from './figures.ts';
import { frame, type Size } from './frame.ts';
import { SORTS, type Sort } from './handlers.ts';
import { paint } from './paint.ts';
import { read } from './reading.ts';
import { Readings } from './readings.ts';
import { Screen } from './screen.ts';
import type { Line } from './table.ts';
import { Unreachable } from './unreachable.ts';
import { TIMES_MS, view } from './view.ts';

/** What is looked at, and where it is shown. */
export interface TopOptions {
  /** Where the sidecar is. */
  readonly url: URL;
  readonly intervalMs: number;
  /** Writes one block of plain lines after the first interval, and ends. */
  readonly once: boolean;
  readonly output: NodeJS.WritableStream;
  readonly input: NodeJS.ReadableStream;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Of a block of plain lines: as wide as it likes, and not endless. */
const PLAIN: Size = { columns: 160, rows: 60 };

/**
 * Shows a running sidecar, again and again, until somebody ends it.
 *
 * @returns why it could not begin; null if it ended as it should
 */
export async function top(options: TopOptions): Promise<Problem | null> {
  const one = new Top(options);
  try {
    await one.run();
    return null;
  } catch (error) {
    if (error instanceof Unreachable) return { code: 'sidecar_unreachable', message: error.message };
    throw error;
  } finally {
    one.stop();
  }
}

class Top {
  readonly #options: TopOptions;
  readonly #readings = new Readings(TIMES_MS);
  readonly #controller = new AbortController();
  readonly #signal: AbortSignal;
  readonly #screen: Screen | null;
  #sort: Sort = SORTS[0];
  /** Since when nobody answers, and why; null while somebody does. */
  #gone: { readonly since: Date; why: string } | null = null;

  constructor(options: TopOptions) {
    const { output, input, signal, once } = options;
    this.#options = options;
    this.#signal = AbortSignal.any([signal, this.#controller.signal]);
    const keyboard = input instanceof ReadStream ? input : null;
    this.#screen =
      output instanceof WriteStream && !once
        ? new Screen(output, keyboard, { key: (name) => this.#key(name), resized: () => this.#show() })
        : null;
    // Whoever read it has gone, as `head` does.
    output.on('error', () => this.#controller.abort());
  }

  /** @throws Unreachable if nobody answers from the beginning, or the second time where there is no third */
  async run(): Promise<void> {
    this.#readings.add(await read(this.#options.url, this.#signal));
    if (this.#options.once) return await this.#showOnce();
    this.#screen?.open();
    this.#show();
    while (await this.#pause()) {
      await this.#read();
      if (!this.#signal.aborted) this.#show();
    }
  }

  /** May be called twice. */
  stop(): void {
    this.#controller.abort();
    this.#screen?.close();
  }

  /** Rates need a second look. */
  async #showOnce(): Promise<void> {
    if (!(await this.#pause())) return;
    this.#readings.add(await read(this.#options.url, this.#signal));
    this.#show();
  }

  async #read(): Promise<void> {
    try {
      this.#readings.add(await read(this.#options.url, this.#signal));
      this.#gone = null;
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      this.#gone = { since: this.#gone?.since ?? new Date(), why: error.message };
    }
  }

  /** @returns whether to go on */
  #pause(): Promise<boolean> {
    const { intervalMs } = this.#options;
    return new Promise((resolve) => {
      const end = (goesOn: boolean) => {
        clearTimeout(timer);
        this.#signal.removeEventListener('abort', onAbort);
        resolve(goesOn);
      };
      const onAbort = () => end(false);
      const timer = setTimeout(() => end(true), intervalMs);
      if (this.#signal.aborted) end(false);
      else this.#signal.addEventListener('abort', onAbort);
    });
  }

  #show(): void {
    const seen = view(this.#readings, this.#sort);
    if (seen === null) return;
    const { url, output } = this.#options;
    const words = { address: url.origin, trouble: this.#trouble(), keys: this.#keys() };
    if (this.#screen !== null) this.#screen.draw(frame(seen, words, this.#screen.size));
    else output.write(this.#block(words.trouble === null ? frame(seen, words, PLAIN) : null, words.trouble));
  }

  /** For whoever reads lines: what is old is not said again. */
  #block(lines: readonly Line[] | null, trouble: string | null): string {
    const text = lines === null ? [`${trouble}`] : lines.map((line) => paint(line, false));
    return `${text.join('\n')}\n\n`;
  }

  #trouble(): string | null {
    if (this.#gone === null) return null;
    const seconds = (Date.now() - this.#gone.since.getTime()) / 1_000;
    return `Gone for ${duration(Math.round(seconds))}, and asked again: ${this.#gone.why}`;
  }

  #keys(): string {
    return this.#screen === null ? '' : `q quit   s sort handlers, now by ${this.#sort}`;
  }

  #key(name: string): void {
    if (name === 'q' || name === 'ctrl-c') this.#controller.abort();
    if (name !== 's') return;
    this.#sort = SORTS[(SORTS.indexOf(this.#sort) + 1) % SORTS.length] ?? SORTS[0];
    this.#show();
  }
}
