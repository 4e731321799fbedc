import { CONTROL_CHANNEL } from '../api/adapter.ts';
import type { DeclaredAdapter } from '../api/adapter-registry.ts';
import type { Arrival, Part } from './arrival.ts';
import type { ChannelModes } from './channel-modes.ts';
import { type ControlMessage, readControlMessage } from './control-message.ts';
import { ChannelHub } from './each/channel-hub.ts';
import { Cursor } from './each/cursor.ts';
import type { CursorConsumer } from './each/cursor-consumer.ts';
import { MessageLog } from './each/log/message-log.ts';
import { Sequence } from './each/log/sequence.ts';
import type { Position } from './each/position.ts';
import type { Replay, ReplayResult } from './each/replay.ts';
import { Replayer } from './each/replayer.ts';
import type { Consumer } from './listening/consumer.ts';
import type { Watch, WatchKey } from './listening/watch.ts';
import type { QueueHub } from './queue/queue-hub.ts';
import type { MessageSource, SourceEvents } from './source.ts';

/** What a dispatcher gives messages to, besides those who listen in mode `each`. */
export interface DispatcherOptions {
  readonly modes: ChannelModes;
  readonly queues: QueueHub;
  /** A message for the sidecar itself, after what was read before it. */
  control(message: ControlMessage): void;
  /** Messages came of channels for which no installed addon has an adapter. */
  unheard(arrivals: readonly Arrival[]): void;
  /** A message of that channel was read. */
  arrived?(channel: string): void;
  /** Snapshots of before mean nothing any more: pages have to load their data again. */
  restarted(): void;
}

/** One source, and those who listen to its channels in mode `each`. */
interface Feed {
  readonly source: MessageSource;
  readonly hub: ChannelHub;
  readonly replayer: Replayer;
}

/**
 * Decides what becomes of each message that was read from one database's sources: a copy for each page that listens, one
 * consumer of a queue, or a control message of the sidecars. It gives the sockets what they need of that, and nothing
 * else of delivery/ knows that there are two modes.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #sequence = new Sequence();
  /** What was added last comes first. */
  readonly #feeds: Feed[] = [];

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Gives out what a source reads. Of a channel that two of them bring, the one that was added later is asked. */
  add<Source extends MessageSource>(open: (events: SourceEvents) => Source): Source {
    const { modes, queues } = this.#options;
    const hub = new ChannelHub(new MessageLog(this.#sequence));
    const source = open({
      begin: (snapshot, isOther) => {
        hub.log.restart(snapshot);
        // No read goes behind that snapshot, and a queue may have been read before it.
        queues.reload();
        if (isOther) this.#options.restarted();
      },
      read: (part, arrivals) => this.#dispatch(hub, part, arrivals),
      heard: () => [CONTROL_CHANNEL, ...modes.heard],
    });
    this.#feeds.unshift({ source, hub, replayer: new Replayer(hub.log, source) });
    return source;
  }

  /** Starts all sources. */
  start(): void {
    for (const { source } of this.#feeds) source.start();
  }

  /** Ends all of them; nobody is given anything any more. May be called twice. */
  async stop(): Promise<void> {
    this.#options.queues.stop();
    for (const { source } of this.#feeds) await source.stop();
  }

  /** The place that everything read up to now lies before, and nothing that is read later. */
  get head(): number {
    return this.#sequence.value;
  }

  /** Where an adapter starts that a page uses for the first time when it comes back: everything read up to now is done. */
  get position(): Position {
    const { source, hub } = this.#first();
    return { epoch: source.epoch, snapshot: hub.log.snapshot, ids: [] };
  }

  /** In which positions of a channel mean something. */
  epochOf(channel: string): string {
    return this.#feedOf(channel).source.epoch;
  }

  /** Do positions of this epoch mean something? */
  knows(epoch: string): boolean {
    return this.#feeds.some(({ source }) => source.epoch === epoch);
  }

  /** @throws SocketIOError `channel_mode_conflict` if an earlier adapter of its channel has another mode */
  check(declared: DeclaredAdapter): void {
    this.#options.modes.check(declared);
  }

  /** A cursor that reads from that place on. @param replay what the page missed before it */
  open(declared: DeclaredAdapter, key: string, start: number, replay?: Replay): Cursor {
    return new Cursor(declared, this.#feedOf(declared.channel).hub.log, start, replay, key);
  }

  /** What a page missed in a channel. Waits while the source cannot be reached; rejects if it cannot be asked. */
  replay(channel: string, position: Position): Promise<ReplayResult> {
    return this.#feedOf(channel).replayer.replay(channel, position);
  }

  /** Mode `each`: waits until the cursor's adapter takes something. @returns at least one message, as it formats them */
  listen(cursor: Cursor, args: readonly unknown[], consumer: CursorConsumer): Promise<unknown[]> {
    return this.#feedOf(cursor.adapter.channel).hub.listen(cursor, args, consumer);
  }

  /** Mode `queue`: waits until the adapter takes something that nobody else has. @returns the same */
  take(declared: DeclaredAdapter, args: readonly unknown[], consumer: Consumer): Promise<unknown[]> {
    return this.#options.queues.listen(declared, args, consumer);
  }

  /** Whoever listens with that watch gets what has this key, too, from what is read now on. */
  watch(watch: Watch, key: WatchKey): void {
    this.#feedOf(watch.channel).hub.watch(watch, key);
  }

  unwatch(watch: Watch, key: WatchKey): void {
    this.#feedOf(watch.channel).hub.unwatch(watch, key);
  }

  #dispatch(hub: ChannelHub, part: Part, arrivals: readonly Arrival[]): void {
    const { modes, queues } = this.#options;
    const forEach: Arrival[] = [];
    const forQueues: Arrival[] = [];
    const unheard: Arrival[] = [];
    const controls: ControlMessage[] = [];
    for (const arrival of arrivals) {
      const { message, taken } = arrival;
      if (message.channel === CONTROL_CHANNEL) {
        const control = readControlMessage(message.values);
        if (control !== null) controls.push(control);
        continue;
      }
      this.#options.arrived?.(message.channel);
      const mode = modes.get(message.channel);
      // A channel without adapter is kept for a first listener of either kind: after server modules were loaded anew, it
      // may be one that was listened to before.
      if (mode !== 'queue') forEach.push(arrival);
      if (mode !== 'each' && taken !== true) forQueues.push(arrival);
      if (mode === undefined) unheard.push(arrival);
    }
    hub.publish(part, forEach);
    queues.publish(forQueues);
    if (unheard.length > 0) this.#options.unheard(unheard);
    for (const message of controls) this.#options.control(message);
  }

  #feedOf(channel: string): Feed {
    for (const feed of this.#feeds) if (feed.source.brings(channel)) return feed;
    return this.#first();
  }

  #first(): Feed {
    const feed = this.#feeds.at(-1);
    if (feed === undefined) throw new Error('A dispatcher has no source yet.');
    return feed;
  }
}
