import type { Change } from '../../socketio/protocol.ts';
import type { News } from './same-records.ts';

/** Who has changed what a view is about to show; null if nobody knows. */
export class Marks {
  readonly #self: () => number | undefined;
  readonly #who = new Map<number, number | null>();
  /** Who has made what will come to show; null, too, while nobody has said so. */
  #maker: number | null = null;

  /** @param self the page's own user, who needs no mark for what he does himself */
  constructor(self: () => number | undefined) {
    this.#self = self;
  }

  changed({ ids, who }: Change): void {
    for (const id of ids ?? []) this.#who.set(id, who);
  }

  differs(who: number | null): void {
    this.#maker = who;
  }

  /** The user has loaded the view himself: all of it is as new to him. */
  forget(): void {
    this.#who.clear();
    this.#maker = null;
  }

  /**
   * @param isOwn whether this page has just written something: what is new without a name is most likely its own
   * @returns those to mark, with who it was; all are forgotten then
   */
  take({ changed, fresh }: News, isOwn: boolean): Map<number, number | null> {
    const marked = new Map<number, number | null>();
    const mark = (id: number, who: number | null) => {
      if (who !== this.#self()) marked.set(id, who);
    };
    for (const id of changed) {
      const who = this.#who.get(id);
      // Others may have changed because of it: they are computed.
      if (who !== undefined) mark(id, who);
    }
    for (const id of fresh) {
      const who = this.#who.get(id) ?? this.#maker;
      if (who !== null || !isOwn) mark(id, who);
    }
    this.forget();
    return marked;
  }
}
