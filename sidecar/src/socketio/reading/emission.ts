import type { AdapterClass } from '../../api/adapter.ts';
import type { Problem } from '../../api/problem.ts';
import type { OnStop } from '../../lib/stop-signal.ts';
import type { LogFields } from '../../observability/log.ts';
import type { HandlerRun } from '../handlers/handler-run.ts';
import type { Acknowledgement } from '../sending/acknowledgement.ts';
import { ANSWER_MS } from '../sending/answer-time.ts';
import type { Addressee, Letter } from '../sending/letter.ts';
import type { Parcel } from '../sending/parcel.ts';
import type { Post } from '../sending/post.ts';
import type { SocketCursors } from './socket-cursors.ts';

/** What an emission needs of its socket. */
export interface EmissionOwner {
  readonly post: Post;
  readonly cursors: Pick<SocketCursors, 'moved'>;
  readonly report: { warn(run: HandlerRun, problem: Problem, fields?: LogFields): void };
}

/** Which messages it sends, and who waits for it. */
export interface EmissionOptions {
  readonly run: HandlerRun;
  readonly adapter: AdapterClass;
  readonly event: string;
  resolve(acknowledged: boolean | Promise<boolean>): void;
  reject(reason: Error): void;
}

/** An event that brings a run's messages to its page, until the page has answered. A class, since one is made for each delivery. */
export class Emission implements Addressee {
  readonly #owner: EmissionOwner;
  readonly #options: EmissionOptions;
  #letter: Letter | null = null;

  constructor(owner: EmissionOwner, options: EmissionOptions) {
    this.#owner = owner;
    this.#options = options;
  }

  /** Sends it. @param parcel its messages; null if there are none */
  send(args: readonly unknown[], parcel: Parcel | null): void {
    const { run, event } = this.#options;
    this.#letter = this.#owner.post.send(event, args, parcel, this);
    run.signal.add(this.#stop);
  }

  answered(answer: Acknowledgement): void {
    const { run, resolve } = this.#options;
    run.signal.delete(this.#stop);
    resolve(this.#settle(answer));
  }

  waiting(): void {
    const { run, adapter, event } = this.#options;
    const message = `'${event}' has not been answered for ${ANSWER_MS / 1000} s: the page's handler still works, or the page sleeps. Its messages wait for it`;
    this.#owner.report.warn(run, { code: 'answer_overdue', message }, { channel: adapter.channel });
  }

  readonly #stop: OnStop = (reason) => {
    this.#letter?.callOff();
    this.#options.reject(reason);
  };

  #settle({ ok, code, done }: Acknowledgement): boolean | Promise<boolean> {
    const { run, adapter, event } = this.#options;
    if (ok) return run.acknowledge(adapter);
    if (run.acknowledgePart(adapter, done)) {
      this.#owner.cursors.moved();
      return false;
    }
    run.requeue(adapter, true);
    const message = `The browser refused '${event}' (${code ?? 'no code'}): its messages are requeued`;
    this.#owner.report.warn(run, { code: 'answer_refused', message }, { channel: adapter.channel });
    return false;
  }
}
