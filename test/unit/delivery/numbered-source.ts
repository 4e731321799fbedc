import type { Values } from '../../../sidecar/src/api/message.ts';
import type { Arrival } from '../../../sidecar/src/delivery/arrival.ts';
import type { ChannelInterval } from '../../../sidecar/src/delivery/interval.ts';
import type { MessageSource, SourceEvents, Stretch } from '../../../sidecar/src/delivery/source.ts';

/** A source that keeps its messages in memory, and numbers them from 1 as they are sent. */
export class NumberedSource implements MessageSource {
  epoch: string;
  /** How often it was asked for what it had read before. */
  asked = 0;
  readonly #channels: readonly string[] | null;
  readonly #events: SourceEvents;
  readonly #sent: Arrival[] = [];

  /** @param channels those that it brings; null: all that no other source brings */
  constructor(epoch: string, channels: readonly string[] | null, events: SourceEvents) {
    this.epoch = epoch;
    this.#channels = channels;
    this.#events = events;
  }

  brings(channel: string): boolean {
    return this.#channels === null || this.#channels.includes(channel);
  }

  start(): void {
    this.#events.begin(this.#snapshot, false);
  }

  async stop(): Promise<void> {}

  async readNow(): Promise<void> {}

  async between({ channel, since, upto, after }: ChannelInterval, most: number): Promise<Stretch> {
    this.asked += 1;
    const arrivals = this.#sent.filter(
      ({ message, txid }) =>
        message.channel === channel &&
        Number(txid) >= Number.parseInt(since, 10) &&
        Number(txid) < Number.parseInt(upto, 10) &&
        Number(txid) > Number(after.txid),
    );
    return arrivals.length > most ? { gap: 'overflow' } : { arrivals };
  }

  /** Sends messages, which are read together. @returns how far they bring whoever reads them */
  send(channel: string, ...values: Values[]): string {
    const arrivals = values.map((one, index) => this.#arrival(channel, one, this.#sent.length + index + 1));
    this.#sent.push(...arrivals);
    this.#events.read({ channel: null, snapshot: this.#snapshot, last: true, heard: [] }, arrivals);
    return this.#snapshot;
  }

  /** The database is another one now. */
  replace(epoch: string): void {
    this.epoch = epoch;
    this.#sent.length = 0;
    this.#events.begin(this.#snapshot, true);
  }

  get #snapshot(): string {
    const next = this.#sent.length + 1;
    return `${next}:${next}:`;
  }

  #arrival(channel: string, values: Values, number: number): Arrival {
    const id = `${number}`;
    return { message: { id, channel, uid: null, date: '', values }, txid: id, size: 1 };
  }
}
