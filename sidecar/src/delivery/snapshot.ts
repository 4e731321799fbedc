/**
 * A snapshot of PostgreSQL: which transactions had ended when it was taken.
 *
 * Its text is that of `txid_snapshot`, `xmin:xmax:xip,…`: everything below xmin has ended, everything from xmax on has
 * not, and of those between, the ones listed have not.
 * Source: https://www.postgresql.org/docs/15/functions-info.html#FUNCTIONS-TXID-SNAPSHOT-PARTS
 */
export class Snapshot {
  readonly text: string;
  readonly xmin: bigint;
  readonly xmax: bigint;
  readonly #open: ReadonlySet<bigint>;

  private constructor(text: string, xmin: bigint, xmax: bigint, open: ReadonlySet<bigint>) {
    this.text = text;
    this.xmin = xmin;
    this.xmax = xmax;
    this.#open = open;
  }

  /** Names a text, which may come from outside. Null if it is no snapshot. */
  static parse(text: string): Snapshot | null {
    const match = /^(\d{1,19}):(\d{1,19}):((?:\d{1,19}(?:,\d{1,19})*)?)$/.exec(text);
    if (match === null) return null;
    const [, xmin = '', xmax = '', xip = ''] = match;
    const open = xip === '' ? [] : xip.split(',').map(BigInt);
    const snapshot = new Snapshot(text, BigInt(xmin), BigInt(xmax), new Set(open));
    const inside = open.every((txid) => txid >= snapshot.xmin && txid < snapshot.xmax);
    return snapshot.xmin > 0n && snapshot.xmin <= snapshot.xmax && inside ? snapshot : null;
  }

  /** Had this transaction ended? */
  sees(txid: bigint): boolean {
    return txid < this.xmax && (txid < this.xmin || !this.#open.has(txid));
  }

  /** Had everything ended that had ended at the other? Of two snapshots of one server, the later includes the earlier. */
  includes(other: Snapshot): boolean {
    if (this.text === other.text) return true;
    if (this.xmax < other.xmax) return false;
    for (const txid of this.#open) if (other.sees(txid)) return false;
    return true;
  }
}
