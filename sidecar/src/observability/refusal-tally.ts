/** So many different lines of one code are written in full. */
const MOST_LINES = 10;
/** So many addresses are told apart: a flood may come from any number. */
const MOST_ADDRESSES = 1_000;

/** What was refused with one code within a minute. Its size has a bound, whoever comes. */
export class RefusalTally {
  readonly #lines = new Set<string>();
  readonly #addresses = new Map<string, number>();
  #more = 0;
  #isFull = false;

  /** How many were counted, and not written. */
  get more(): number {
    return this.#more;
  }

  /**
   * Counts one.
   *
   * @param line what is to be written of it
   * @returns whether it is: not the same once more, nor what is beyond the first ten
   */
  add(address: string | null, line: string): boolean {
    if (!this.#lines.has(line) && this.#lines.size < MOST_LINES) {
      this.#lines.add(line);
      return true;
    }
    this.#more += 1;
    const from = address ?? 'unknown';
    const count = this.#addresses.get(from);
    if (count !== undefined || this.#addresses.size < MOST_ADDRESSES) {
      this.#addresses.set(from, (count ?? 0) + 1);
    } else {
      this.#isFull = true;
    }
    return false;
  }

  /** Such as `and 1,234 more of token_unknown within a minute, from 17 addresses: 800 of them from 192.0.2.7`. */
  tail(code: string): string {
    const all = [...this.#addresses];
    const [most, count] = all.reduce((one, other) => (other[1] > one[1] ? other : one), ['', 0]);
    const from =
      all.length === 1 ? most : `${this.#isFull ? 'more than ' : ''}${number(all.length)} addresses`;
    const mostly = all.length > 1 && count > 1 ? `: ${number(count)} of them from ${most}` : '';
    return `and ${number(this.#more)} more of ${code} within a minute, from ${from}${mostly}`;
  }
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
