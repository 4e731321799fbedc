import type { Socket } from 'socket.io';
import type { AdapterClass } from '../api/adapter.ts';
import type { AdapterRegistry, DeclaredAdapter } from '../api/adapter-registry.ts';
import type { Taker } from '../delivery/channel-hub.ts';
import { Cursor } from '../delivery/cursor.ts';
import { CursorBatch } from '../delivery/cursor-batch.ts';
import type { Holding } from '../delivery/holding.ts';
import type { StopSignal } from '../delivery/stop-signal.ts';
import type { Gateway } from './gateway.ts';
import { HandlerRun } from './handler-run.ts';
import type { ReadingPlaces } from './reading-places.ts';
import { type Acknowledgement, readAcknowledgement } from './wire.ts';

/** How long a browser may take to acknowledge a `secureEmit`. */
const ACKNOWLEDGE_MS = 30_000;

/** What a flow needs of its socket. */
export interface FlowOptions {
  readonly socket: Socket;
  readonly gateway: Gateway;
  readonly adapters: AdapterRegistry;
  readonly places: ReadingPlaces;
  warn(run: HandlerRun, text: string): void;
  /** Tells the page that messages of a channel were missed. */
  resync(reason: string, channel: string): void;
}

/** A run that waits for messages with one adapter. A class, since one is made for each delivery. */
class RunTaker implements Taker {
  readonly #options: FlowOptions;
  readonly #declared: DeclaredAdapter;
  readonly #run: HandlerRun;

  constructor(options: FlowOptions, declared: DeclaredAdapter, run: HandlerRun) {
    this.#options = options;
    this.#declared = declared;
    this.#run = run;
  }

  get signal(): StopSignal {
    return this.#run.signal;
  }

  hold(holding: Holding): void {
    this.#run.hold(this.#declared.adapter, holding);
  }

  behind(): void {
    this.#options.resync('overflow', this.#declared.channel);
    this.#options.places.moved();
  }

  passedOver(count: number): void {
    const { channel } = this.#declared;
    this.#options.warn(this.#run, `${count} message(s) of '${channel}' failed too often and are passed over`);
    this.#options.resync('attempts', channel);
    this.#options.places.moved();
  }
}

/** How the messages of channels come to one socket's handlers, and are confirmed or put back. */
export class MessageFlow {
  readonly #options: FlowOptions;

  constructor(options: FlowOptions) {
    this.#options = options;
  }

  /** Few promises on purpose, here and below: each costs its share of every delivery. */
  listen(adapter: AdapterClass, args: readonly unknown[]): Promise<unknown[]> {
    const run = HandlerRun.require('listen');
    const { adapters, gateway, places } = this.#options;
    const declared = adapters.declare(adapter, run.addon);
    gateway.modes.check(declared);
    const taker = new RunTaker(this.#options, declared, run);
    if (declared.mode === 'queue') return gateway.queues.listen(declared, args, taker);
    if (run.held(adapter).length > 0) void this.#confirm(run, adapter);
    const cursor = places.open(declared, args, run);
    if (cursor instanceof Cursor) return gateway.hub.listen(cursor, args, taker);
    // While what the page missed is being read the run waits as well, through a failure of the database even long.
    const waiting = () => undefined;
    run.signal.add(waiting);
    return cursor
      .finally(() => run.signal.delete(waiting))
      .then((opened) => gateway.hub.listen(opened, args, taker));
  }

  async validate(adapter: AdapterClass, valid: boolean): Promise<boolean> {
    const run = HandlerRun.require('validate');
    if (valid) return await this.#confirm(run, adapter);
    run.putBack(adapter, true);
    return false;
  }

  secureEmit(adapter: AdapterClass, event: string, args: readonly unknown[]): Promise<boolean> {
    const run = HandlerRun.require('secureEmit');
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
      const acknowledge = (answer: unknown) => answered(readAcknowledgement(answer));
      const parcel = this.#parcel(held);
      if (parcel === null) this.#options.socket.emit(event, ...args, acknowledge);
      else this.#options.socket.emit(event, ...args, parcel, acknowledge);
    });
  }

  /** Confirms what no packet tells the page of. */
  #confirm(run: HandlerRun, adapter: AdapterClass): boolean | Promise<boolean> {
    const isEach = run.held(adapter).some(({ mode }) => mode === 'each');
    const confirmed = run.confirm(adapter);
    if (isEach) this.#options.places.moved();
    return confirmed;
  }

  #parcel([holding]: readonly Holding[]): object | null {
    return holding instanceof CursorBatch ? this.#options.places.parcel(holding.cursor, holding.batch) : null;
  }
}
