/** A thousand transactions that are open at once, and more, fit in so many characters. */
const LONGEST = 20_000;
const HIGHEST = 2n ** 63n - 1n;

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

  /** Names a text, which may come from outside. Null if it is no snapshot that PostgreSQL would take. */
  static parse(text: string): Snapshot | null {
    const match = text.length > LONGEST ? null : /^(\d+):(\d+):((?:\d+(?:,\d+)*)?)$/.exec(text);
    if (match === null) return null;
    const [, xmin = '', xmax = '', xip = ''] = match;
    const open = xip === '' ? [] : xip.split(',').map(BigInt);
    const snapshot = new Snapshot(text, BigInt(xmin), BigInt(xmax), new Set(open));
    let last = snapshot.xmin - 1n;
    for (const txid of open) {
      if (txid <= last || txid >= snapshot.xmax) return null;
      last = txid;
    }
    return snapshot.xmin > 0n && snapshot.xmin <= snapshot.xmax && snapshot.xmax <= HIGHEST ? snapshot : null;
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
