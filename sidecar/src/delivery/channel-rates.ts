/** So many channels are counted by name; in a database that has more of them, the others are not. */
const MOST = 200;

/** How many messages of each channel came in the last minute. */
export class ChannelRates {
  /** For each span, the youngest last: the names with their counts. */
  readonly #spans: Map<string, number>[] = [new Map()];
  readonly #most: number;

  /** @param spans in a minute: `next` is to be called that often */
  constructor(spans: number) {
    this.#most = spans;
  }

  /** A message of that channel came. */
  count(channel: string): void {
    const span = this.#spans.at(-1);
    const count = span?.get(channel) ?? 0;
    if (count > 0 || (span?.size ?? 0) < MOST) span?.set(channel, count + 1);
  }

  /** A span is over. @returns the counts of the last minute, by channel */
  next(): Map<string, number> {
    const totals = new Map<string, number>();
    for (const span of this.#spans)
      for (const [channel, count] of span)
        if (totals.has(channel) || totals.size < MOST)
          totals.set(channel, (totals.get(channel) ?? 0) + count);
    this.#spans.push(new Map());
    if (this.#spans.length > this.#most) this.#spans.shift();
    return totals;
  }
}
