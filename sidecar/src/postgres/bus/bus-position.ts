import { quote } from '../../api/error.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
import { Snapshot } from '../../delivery/each/log/snapshot.ts';
import type { Place } from '../../delivery/interval.ts';

/** How far a bus was read: what one snapshot sees, and of what a later one sees the rows up to a place, or all. */
export class BusPosition {
  readonly text: string;
  /** Everything of the table is received that was committed before this transaction began. */
  readonly xmin: bigint;
  readonly #since: Snapshot;
  readonly #upto: Snapshot;
  readonly #end: { readonly txid: bigint; readonly id: number } | null;

  private constructor(since: Snapshot, upto: Snapshot, end: Place | null) {
    this.#since = since;
    this.#upto = upto;
    this.#end = end === null ? null : { txid: BigInt(end.txid), id: Number(end.id) };
    this.xmin = since.xmin;
    const { txid = null, id = null } = end ?? {};
    this.text = JSON.stringify({ since: since.text, upto: upto.text, txid, id });
  }

  /** Names what a mark holds, or what `text` was. Null if it is no position. */
  static parse(text: string): BusPosition | null {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return null;
    }
    if (typeof value !== 'object' || value === null) return null;
    const { since, upto, txid, id }: Record<string, unknown> = { ...value };
    const from = typeof since === 'string' ? Snapshot.parse(since) : null;
    const to = typeof upto === 'string' ? Snapshot.parse(upto) : null;
    if (from === null || to === null) return null;
    if (txid === null && id === null) return new BusPosition(from, to, null);
    return isNumber(txid) && isNumber(id) ? new BusPosition(from, to, { txid, id }) : null;
  }

  /** @throws SidecarError if a text is no snapshot, or one with thousands of open transactions */
  static of(since: string, upto: string, end: Place | null): BusPosition {
    const from = Snapshot.parse(since);
    const to = Snapshot.parse(upto);
    if (from === null || to === null) {
      const which = quote(from === null ? since : upto);
      const text = `PostgreSQL's snapshot ${which} is none that positions on Odoo's bus are made of: thousands of transactions are open. End those that pg_stat_activity shows as idle in transaction.`;
      throw new SidecarError('postgres_error', text);
    }
    return new BusPosition(from, to, end);
  }

  /** The snapshot of which everything was read; null in the middle of a flood. */
  get whole(): Snapshot | null {
    return this.#end === null ? this.#upto : null;
  }

  /** From this transaction on nothing was received. */
  get xmax(): bigint {
    return this.#upto.xmax;
  }

  /** Was this row received? */
  sees(txid: bigint, id: number): boolean {
    if (this.#since.sees(txid)) return true;
    if (!this.#upto.sees(txid)) return false;
    return this.#end === null || txid < this.#end.txid || (txid === this.#end.txid && id <= this.#end.id);
  }
}

function isNumber(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,19}$/.test(value);
}
