import type { Socket } from 'socket.io';
import type { AdapterClass } from '../api/adapter.ts';
import type { AdapterRegistry, DeclaredAdapter } from '../api/adapter-registry.ts';
import { SocketIOError } from '../api/error.ts';
import type { Taken } from '../delivery/channel-hub.ts';
import { CursorBatch } from '../delivery/cursor-batch.ts';
import type { Holding } from '../delivery/holding.ts';
import type { Gateway } from './gateway.ts';
import { HandlerRun } from './handler-run.ts';
import type { ReadingPlaces } from './reading-places.ts';
import { type Acknowledgement, RESYNC, readAcknowledgement, withPositions } from './wire.ts';

/** How long a browser may take to acknowledge a `secureEmit`. */
const ACKNOWLEDGE_MS = 30_000;

/** What a flow needs of its socket. */
export interface FlowOptions {
  readonly socket: Socket;
  readonly gateway: Gateway;
  readonly adapters: AdapterRegistry;
  readonly places: ReadingPlaces;
  warn(run: HandlerRun, text: string): void;
}

/** How the messages of channels come to one socket's handlers, and are confirmed or put back. */
export class MessageFlow {
  readonly #options: FlowOptions;

  constructor(options: FlowOptions) {
    this.#options = options;
  }

  async listen(adapter: AdapterClass, args: readonly unknown[]): Promise<unknown[]> {
    const run = currentRun('listen');
    const declared = this.#options.adapters.declare(adapter, run.addon);
    this.#options.gateway.modes.check(declared);
    const { holding, formatted } =
      declared.mode === 'each'
        ? await this.#listenEach(declared, run, args)
        : await this.#options.gateway.queues.listen(declared, args, run.signal);
    run.hold(adapter, holding);
    return formatted;
  }

  async validate(adapter: AdapterClass, valid: boolean): Promise<boolean> {
    const run = currentRun('validate');
    if (valid) return await this.#confirm(run, adapter);
    run.putBack(adapter, true);
    return false;
  }

  async secureEmit(adapter: AdapterClass, event: string, args: readonly unknown[]): Promise<boolean> {
    const run = currentRun('secureEmit');
    const held = run.held(adapter);
    if (held.some(({ valid }) => !valid)) {
      run.putBack(adapter, false);
      this.#options.warn(
        run,
        `'${event}' was not sent: PostgreSQL was away too long, others may have its messages`,
      );
      return false;
    }
    const { ok, code } = await this.#emit(run, event, withPositions(args, this.#positions(held)));
    if (ok) return await run.confirm(adapter);
    run.putBack(adapter, true);
    this.#options.warn(
      run,
      `the browser refused '${event}' (${code ?? 'no code'}): its messages are put back`,
    );
    return false;
  }

  async #listenEach(declared: DeclaredAdapter, run: HandlerRun, args: readonly unknown[]): Promise<Taken> {
    const { gateway, places, socket, warn } = this.#options;
    if (run.held(declared.adapter).length > 0) await this.#confirm(run, declared.adapter);
    const cursor = await places.open(declared, run);
    return await gateway.hub.listen(cursor, args, run.signal, {
      behind: () => {
        socket.emit(RESYNC, { reason: 'overflow', channel: declared.channel });
        places.moved();
      },
      passedOver: (count) => {
        warn(run, `${count} message(s) of '${declared.channel}' failed too often and are passed over`);
        socket.emit(RESYNC, { reason: 'attempts', channel: declared.channel });
        places.moved();
      },
    });
  }

  /** Confirms what no packet tells the page of. */
  async #confirm(run: HandlerRun, adapter: AdapterClass): Promise<boolean> {
    const isEach = run.held(adapter).some(({ mode }) => mode === 'each');
    const confirmed = await run.confirm(adapter);
    if (isEach) this.#options.places.moved();
    return confirmed;
  }

  #positions(held: readonly Holding[]): object | null {
    const [holding] = held;
    return holding instanceof CursorBatch
      ? this.#options.places.position(holding.cursor, holding.batch)
      : null;
  }

  #emit(run: HandlerRun, event: string, args: readonly unknown[]): Promise<Acknowledgement> {
    const { signal } = run;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
      };
      const abort = () => {
        done();
        reject(signal.reason);
      };
      // Not Socket.IO's own timeout: it goes on after the socket is gone, and keeps the process from ending.
      const timer = setTimeout(() => {
        done();
        resolve({ ok: false, code: 'no_acknowledgement' });
      }, ACKNOWLEDGE_MS);
      signal.addEventListener('abort', abort);
      this.#options.socket.emit(event, ...args, (answer: unknown) => {
        done();
        resolve(readAcknowledgement(answer));
      });
    });
  }
}

function currentRun(method: string): HandlerRun {
  const run = HandlerRun.current();
  if (run === undefined) {
    throw new SocketIOError(
      'run_missing',
      `${method} was called outside of a handler. Call it from on_<event>, recvConnect, or a function given to spawn.`,
    );
  }
  return run;
}
