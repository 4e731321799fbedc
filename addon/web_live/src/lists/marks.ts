import type { Change } from '../../socketio/protocol.ts';

/** Which records to mark once they are drawn, and who changed each; null if nobody knows. */
export class Marks {
  readonly #self: () => number | undefined;
  readonly #who = new Map<number, number | null>();
  #newcomers: { readonly before: ReadonlySet<number>; readonly who: number | null } | undefined;

  /** @param self the page's own user, who needs no mark for what he does himself */
  constructor(self: () => number | undefined) {
    this.#self = self;
  }

  changed({ ids, who, op }: Change): void {
    if (op === 'unlink' || who === this.#self()) return;
    for (const id of ids ?? []) this.#who.set(id, who);
  }

  /** Others will come to show: those that are not among these. */
  differs(shown: readonly number[], who: number | null): void {
    if (who !== this.#self()) this.#newcomers ??= { before: new Set(shown), who };
  }

  /** The user has turned to another page: all of it is new to him. */
  forgetNewcomers(): void {
    this.#newcomers = undefined;
  }

  /** @returns those to mark of what is shown now; they are forgotten then */
  take(shown: readonly number[]): Map<number, number | null> {
    const { before, who } = this.#newcomers ?? { before: new Set(shown), who: null };
    const marked = new Map<number, number | null>();
    for (const id of shown) {
      const known = this.#who.get(id);
      if (known !== undefined) marked.set(id, known);
      else if (!before.has(id)) marked.set(id, who);
    }
    this.#who.clear();
    this.#newcomers = undefined;
    return marked;
  }
}
