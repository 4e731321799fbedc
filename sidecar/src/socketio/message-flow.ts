import type { Socket } from 'socket.io';
import type { AdapterClass } from '../api/adapter.ts';
import type { AdapterRegistry, DeclaredAdapter } from '../api/adapter-registry.ts';
import { SocketIOError } from '../api/error.ts';
import type { Taker } from '../delivery/channel-hub.ts';
import { CursorBatch } from '../delivery/cursor-batch.ts';
import type { Holding } from '../delivery/holding.ts';
import type { Positions } from '../delivery/position.ts';
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

  /** Few promises on purpose, here and below: each costs its share of every delivery. */
  listen(adapter: AdapterClass, args: readonly unknown[]): Promise<unknown[]> {
    const run = currentRun('listen');
    const { adapters, gateway, places } = this.#options;
    const declared = adapters.declare(adapter, run.addon);
    gateway.modes.check(declared);
    const taker = this.#taker(declared, run);
    if (declared.mode === 'queue') return gateway.queues.listen(declared, args, taker);
    if (run.held(adapter).length > 0) void this.#confirm(run, adapter);
    const cursor = places.get(declared);
    if (cursor !== undefined) return gateway.hub.listen(cursor, args, taker);
    return places.open(declared, run).then((opened) => gateway.hub.listen(opened, args, taker));
  }

  async validate(adapter: AdapterClass, valid: boolean): Promise<boolean> {
    const run = currentRun('validate');
    if (valid) return await this.#confirm(run, adapter);
    run.putBack(adapter, true);
    return false;
  }

  secureEmit(adapter: AdapterClass, event: string, args: readonly unknown[]): Promise<boolean> {
    const run = currentRun('secureEmit');
    const { signal } = run;
    const held = run.held(adapter);
    if (held.some(({ valid }) => !valid)) {
      run.putBack(adapter, false);
      this.#options.warn(
        run,
        `'${event}' was not sent: PostgreSQL was away too long, others may have its messages`,
      );
      return Promise.resolve(false);
    }
    return new Promise((resolve, reject) => {
      if (signal.reason !== null) return reject(signal.reason);
      const done = () => {
        clearTimeout(timer);
        signal.delete(stop);
      };
      const stop = (reason: Error) => {
        done();
        reject(reason);
      };
      const answered = ({ ok, code }: Acknowledgement) => {
        done();
        if (ok) return resolve(run.confirm(adapter));
        run.putBack(adapter, true);
        const text = `the browser refused '${event}' (${code ?? 'no code'}): its messages are put back`;
        this.#options.warn(run, text);
        resolve(false);
      };
      // Not Socket.IO's own timeout: it goes on after the socket is gone, and keeps the process from ending.
      const timer = setTimeout(() => answered({ ok: false, code: 'no_acknowledgement' }), ACKNOWLEDGE_MS);
      signal.add(stop);
      const all = withPositions(args, this.#positions(held));
      this.#options.socket.emit(event, ...all, (answer: unknown) => answered(readAcknowledgement(answer)));
    });
  }

  #taker({ channel, adapter }: DeclaredAdapter, run: HandlerRun): Taker {
    const { places, socket, warn } = this.#options;
    return {
      signal: run.signal,
      hold: (holding) => run.hold(adapter, holding),
      behind: () => {
        socket.emit(RESYNC, { reason: 'overflow', channel });
        places.moved();
      },
      passedOver: (count) => {
        warn(run, `${count} message(s) of '${channel}' failed too often and are passed over`);
        socket.emit(RESYNC, { reason: 'attempts', channel });
        places.moved();
      },
    };
  }

  /** Confirms what no packet tells the page of. */
  #confirm(run: HandlerRun, adapter: AdapterClass): boolean | Promise<boolean> {
    const isEach = run.held(adapter).some(({ mode }) => mode === 'each');
    const confirmed = run.confirm(adapter);
    if (isEach) this.#options.places.moved();
    return confirmed;
  }

  #positions(held: readonly Holding[]): Positions | null {
    const [holding] = held;
    return holding instanceof CursorBatch
      ? this.#options.places.position(holding.cursor, holding.batch)
      : null;
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
