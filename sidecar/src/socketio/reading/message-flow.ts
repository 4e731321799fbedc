import type { Socket } from 'socket.io';
import type { AdapterClass } from '../../api/adapter.ts';
import type { AdapterRegistry, DeclaredAdapter } from '../../api/adapter-registry.ts';
import type { RunSignal, WaitSignal } from '../../api/host.ts';
import { Cursor } from '../../delivery/each/cursor.ts';
import { CursorBatch } from '../../delivery/each/cursor-batch.ts';
import type { CursorConsumer } from '../../delivery/each/cursor-consumer.ts';
import type { UnacknowledgedBatch } from '../../delivery/listening/unacknowledged-batch.ts';
import type { Gateway } from '../gateway.ts';
import { HandlerRun } from '../handlers/handler-run.ts';
import type { Parcel } from '../sending/parcel.ts';
import type { Post } from '../sending/post.ts';
import { roomFor } from '../sending/room.ts';
import { Emission, type EmissionOwner } from './emission.ts';
import type { SocketCursors } from './socket-cursors.ts';

/** What a flow needs of its socket. */
export interface FlowOptions {
  readonly socket: Socket;
  readonly post: Post;
  /** The path of the namespace. */
  readonly path: string;
  readonly gateway: Gateway;
  readonly adapters: AdapterRegistry;
  readonly cursors: SocketCursors;
  readonly report: EmissionOwner['report'];
  /** Tells the page that messages of a channel were missed. */
  resync(reason: string, channel: string): void;
}

/** A run that waits for messages with one adapter. A class, since one is made for each delivery. */
class RunConsumer implements CursorConsumer {
  readonly #options: FlowOptions;
  readonly #declared: DeclaredAdapter;
  readonly #run: HandlerRun;
  readonly #until: WaitSignal | undefined;

  constructor(options: FlowOptions, declared: DeclaredAdapter, run: HandlerRun, until?: WaitSignal) {
    this.#options = options;
    this.#declared = declared;
    this.#run = run;
    this.#until = until;
  }

  get signal(): RunSignal {
    return this.#until ?? this.#run.signal;
  }

  get most(): number {
    return this.#run.portion.size;
  }

  hold(batch: UnacknowledgedBatch, whole: boolean): void {
    if (whole) this.#run.portion.begin(performance.now());
    const { adapter } = this.#declared;
    this.#run.hold(adapter, batch);
    this.#until?.held(() => this.#run.giveBack(adapter, batch));
  }

  behind(): void {
    this.#options.resync('overflow', this.#declared.channel);
    this.#options.cursors.moved();
  }

  failed(): void {
    this.#options.cursors.moved();
  }

  passedOver(count: number): void {
    const { channel } = this.#declared;
    const message = `${count} message(s) of '${channel}' failed too often and are skipped`;
    this.#options.report.warn(this.#run, { code: 'message_skipped', message }, { channel, count });
    this.#options.resync('attempts', channel);
    this.#options.gateway.count('passed_over', count);
    this.#options.cursors.moved();
  }
}

/** How the messages of channels come to one socket's handlers, and are acknowledged or requeued. */
export class MessageFlow {
  readonly #options: FlowOptions;

  constructor(options: FlowOptions) {
    this.#options = options;
  }

  /** Few promises on purpose, here and below: each costs its share of every delivery. */
  listen(
    adapter: AdapterClass,
    args: readonly unknown[],
    isLoop = false,
    until?: WaitSignal,
  ): Promise<unknown[]> {
    const run = HandlerRun.require('listen');
    const { adapters, gateway } = this.#options;
    const declared = adapters.declare(adapter, run.addon);
    gateway.delivery.check(declared);
    run.listens += isLoop ? 2 : 1;
    if (declared.mode === 'each' && run.held(adapter).length > 0) void this.#acknowledge(run, adapter);
    const wait = roomFor(run, this.#options.socket);
    return wait === null
      ? this.#listen(declared, args, run, until)
      : wait.then(() => this.#listen(declared, args, run, until));
  }

  #listen(
    declared: DeclaredAdapter,
    args: readonly unknown[],
    run: HandlerRun,
    until?: WaitSignal,
  ): Promise<unknown[]> {
    const { gateway, cursors } = this.#options;
    const consumer = new RunConsumer(this.#options, declared, run, until);
    if (run.portion.begun) run.portion.end(performance.now());
    if (declared.mode === 'queue') return gateway.delivery.take(declared, args, consumer);
    const cursor = cursors.open(declared, args, run);
    if (cursor instanceof Cursor) return gateway.delivery.listen(cursor, args, consumer);
    // While what the page missed is being read the run waits as well, through a failure of the database even long.
    const waiting = () => undefined;
    run.signal.add(waiting);
    return cursor
      .finally(() => run.signal.delete(waiting))
      .then((opened) => gateway.delivery.listen(opened, args, consumer));
  }

  async validate(adapter: AdapterClass, valid: boolean): Promise<boolean> {
    const run = HandlerRun.require('validate');
    if (valid) return await this.#acknowledge(run, adapter);
    run.requeue(adapter, true);
    return false;
  }

  secureEmit(adapter: AdapterClass, event: string, args: readonly unknown[]): Promise<boolean> {
    const run = HandlerRun.require('secureEmit');
    const { signal } = run;
    const held = run.held(adapter);
    if (held.some(({ valid }) => !valid)) {
      run.requeue(adapter, false);
      const message = `'${event}' was not sent: PostgreSQL was away too long, others may have its messages`;
      this.#options.report.warn(run, { code: 'lease_lost', message }, { channel: adapter.channel });
      return Promise.resolve(false);
    }
    if (!this.#options.post.connected && signal.reason === null) {
      // A disconnect handler's: no page is left to refuse anything.
      run.requeue(adapter, false);
      return Promise.resolve(false);
    }
    return new Promise((resolve, reject) => {
      if (signal.reason !== null) return reject(signal.reason);
      const emission = new Emission(this.#options, { run, adapter, event, resolve, reject });
      emission.send(args, this.#parcel(adapter, held));
    });
  }

  /** Acknowledges what no packet tells the page of. */
  #acknowledge(run: HandlerRun, adapter: AdapterClass): boolean | Promise<boolean> {
    const held = run.held(adapter);
    const acknowledged = run.acknowledge(adapter);
    for (const batch of held) {
      if (batch instanceof CursorBatch) this.#options.cursors.moved(batch.cursor);
    }
    return acknowledged;
  }

  /** Several events at once are no copies of one another: the first of them brings the messages, by their ids. */
  #parcel({ channel }: AdapterClass, held: readonly UnacknowledgedBatch[]): Parcel | null {
    const fresh = held.every(({ isSent }) => !isSent) ? held : held.filter(({ isSent }) => !isSent);
    const [batch] = fresh;
    if (batch === undefined) return null;
    for (const one of fresh) one.isSent = true;
    const { path, gateway, cursors } = this.#options;
    const { committed } = batch;
    if (committed !== undefined) gateway.counts.emitted[batch.mode].add(performance.now() - committed.after);
    const isEach = batch instanceof CursorBatch;
    return {
      // A message of a queue is for one handler, whichever of this page takes it.
      key: isEach ? `${path} ${batch.cursor.key}` : channel,
      epoch: gateway.delivery.epochOf(channel),
      ids: fresh.length === 1 ? batch.ids : fresh.flatMap(({ ids }) => ids),
      position: isEach ? cursors.parcel(batch.cursor, batch.batch) : null,
    };
  }
}
