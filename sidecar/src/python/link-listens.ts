import type { AdapterClass } from '../api/adapter.ts';
import { AbortError } from '../api/error.ts';
import type { NameSpaceHost, WaitSignal } from '../api/host.ts';
import type { Message } from '../api/message.ts';
import { StopSignal } from '../lib/stop-signal.ts';
import { forget, remember } from './asking.ts';
import type { Frame } from './frame.ts';
import { findUnfit } from './line-connection.ts';
import { inRun, type RequestLink, refuse } from './request-link.ts';
import { unfitError } from './worker-error.ts';

/** Ends one wait, or takes back what it brought. */
class Until extends StopSignal implements WaitSignal {
  giveBack = (): void => undefined;

  held(giveBack: () => void): void {
    this.giveBack = giveBack;
  }
}

/** Waits for messages, and how it can be ended alone. */
interface Waiting {
  readonly run: number;
  readonly adapter: () => AdapterClass;
  readonly until: Until;
  answered: boolean;
}

/** A `listen` of one host. */
type Listen = (host: NameSpaceHost, until: WaitSignal) => Promise<unknown[]>;

/** What the greenlets of one worker wait for. */
export class LinkListens {
  readonly #link: RequestLink;
  /** Those that wait, and by run the last one that was answered: its greenlet may have given up before it heard of that. */
  readonly #waiting = new Map<number, Waiting>();
  readonly #answered = new Map<number, number>();

  constructor(link: RequestLink) {
    this.#link = link;
  }

  /** @param adapter throws if there is none */
  listen([, request, run, , args, isLoop]: Frame<'listen'>, adapter: () => AdapterClass): void {
    this.#wait(request, { run, adapter }, args, (host, until) => host.listen(adapter(), args, isLoop, until));
  }

  watched([, request, run]: Frame<'watched'>, adapter: () => AdapterClass): void {
    const given: unknown[] = [];
    this.#wait(request, { run, adapter }, given, (host, until) =>
      host.listenToWatched(adapter(), given, until),
    );
  }

  /** The greenlet waits no more. What it was just given is offered again: nobody there would ever confirm it. */
  unlisten(request: number): void {
    const waiting = this.#waiting.get(request);
    if (waiting === undefined) return;
    this.#waiting.delete(request);
    if (!waiting.answered) return void waiting.until.stop();
    waiting.until.giveBack();
  }

  /** A run has ended, or goes on: it has heard of its last answer. */
  heard(run: number): void {
    const request = this.#answered.get(run);
    if (request === undefined) return;
    this.#answered.delete(run);
    this.#waiting.delete(request);
  }

  #fail(request: number, waiting: Waiting, error: Error): void {
    this.heard(waiting.run);
    this.#putBack(waiting);
    refuse(this.#link, request, error);
  }

  #putBack({ run, adapter }: Waiting): void {
    void inRun(this.#link, run, (host) => host.validate(adapter(), false)).catch(() => undefined);
  }

  /** Waits; the messages go to the worker whole, and are brought into their form there. */
  #wait(
    request: number,
    { run, adapter }: Pick<Waiting, 'run' | 'adapter'>,
    args: readonly unknown[],
    listen: Listen,
  ): void {
    const waiting: Waiting = { run, adapter, until: new Until(), answered: false };
    this.heard(run);
    this.#waiting.set(request, waiting);
    remember(args, this.#link.asks, request);
    inRun(this.#link, run, (host) => listenUntil(host, waiting.until, listen)).then(
      (given) => {
        forget(args);
        waiting.answered = true;
        this.#answered.set(run, request);
        const messages = given as Message[];
        const unfit = findUnfit(messages);
        // It counts as failed: else it would be offered for ever, and nothing that follows.
        if (unfit !== null) return void this.#fail(request, waiting, unfitError(unfit));
        this.#link.send(JSON.stringify(['answer', request, messages.map(({ id }) => id)]), messages);
      },
      (error: unknown) => {
        forget(args);
        const wasWaiting = this.#waiting.delete(request);
        if (!(error instanceof AbortError)) refuse(this.#link, request, error);
        else if (wasWaiting) this.#link.send(JSON.stringify(['unask', request]));
      },
    );
  }
}

/** Listens until the handler has to end, or this wait alone. */
async function listenUntil(host: NameSpaceHost, until: Until, listen: Listen): Promise<unknown[]> {
  const signal = host.currentRun().signal;
  if (signal.reason !== null) until.stop();
  const stop = () => until.stop();
  // Also says that the handler waits, and is not stuck.
  signal.add(stop);
  try {
    return await listen(host, until);
  } finally {
    signal.delete(stop);
  }
}
