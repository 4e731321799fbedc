import type { CommitTime } from '../../delivery/commit-time.ts';
import { type MessageRow, SECONDS_LENGTH } from './message-row.ts';

/**
 * Finds out after what time messages were committed, as late as that can be known. PostgreSQL does not keep when a transaction
 * was committed, unless it is told to. But it was after its start, which is the date of a message unless somebody wrote another
 * one; and after the last read that did not see it. The clocks of the two machines need not agree: each quiet read brings the time of the
 * server's, so that only its own age of a transaction counts.
 */
export class CommitClock {
  /** When the last read began; null before the first. */
  #readAt: number | null = null;
  /** How much the server's clock is above the monotonic one of this process, in milliseconds; null until it was heard. */
  #ahead: number | null = null;

  /** What is not seen by a read that begins now is committed later. @param now by the monotonic clock, in milliseconds */
  begin(now: number): void {
    this.#readAt = now;
  }

  /**
   * Of a read.
   * @param now when it began, by the monotonic clock
   * @param clock the server's while it read, in `DATE_FORMAT`; undefined if it did not say
   * @returns when what it brought was committed
   */
  read(now: number, rows: readonly MessageRow[], clock: string | undefined): CommitTime {
    const before = this.#readAt ?? now;
    this.#readAt = now;
    const serverMs = clock === undefined ? Number.NaN : toMs(clock);
    if (Number.isFinite(serverMs)) this.#ahead = serverMs - now;
    const startMs = rows.length === 0 || this.#ahead === null ? Number.NaN : toMs(oldest(rows)) - this.#ahead;
    // A date of the future is not one of the transaction's start.
    return { after: startMs > before ? Math.min(startMs, now) : before };
  }
}

/** The texts are in the order of their dates. */
function oldest(rows: readonly MessageRow[]): string {
  let found = rows[0]?.date ?? '';
  for (const { date } of rows) if (date < found) found = date;
  return found;
}

/** Since 1970, in milliseconds. Not a number if it is no date. */
function toMs(text: string): number {
  const seconds = Date.parse(`${text.slice(0, SECONDS_LENGTH).replace(' ', 'T')}Z`);
  return seconds + Number(text.slice(SECONDS_LENGTH + 1)) / 1_000;
}
