import type { Cursor } from './cursor.ts';

interface Reader {
  readonly cursor: Cursor;
}

interface Question<Listener> {
  readonly listener: Listener;
  /** Made for the first: hardly any cursor is read by two. */
  waiting: Set<Listener> | null;
}

const NOBODY: readonly never[] = [];

/**
 * On whose behalf adapters are being asked that answer later: one listener for each cursor. Those that read with the same
 * cursor would be offered the same messages, and get them twice.
 */
export class Questions<Listener extends Reader> {
  readonly #open = new Map<Cursor, Question<Listener>>();

  /** @returns false if its cursor is busy. If that is for somebody else, this one is among those whom `end` returns. */
  begin(listener: Listener): boolean {
    const question = this.#open.get(listener.cursor);
    if (question === undefined) {
      this.#open.set(listener.cursor, { listener, waiting: null });
      return true;
    }
    if (question.listener !== listener) {
      question.waiting ??= new Set();
      question.waiting.add(listener);
    }
    return false;
  }

  isOpen(listener: Listener): boolean {
    return this.#open.get(listener.cursor)?.listener === listener;
  }

  /** It has the answer, or does not listen any more. @returns those that may be asked now */
  end(listener: Listener): Iterable<Listener> {
    const question = this.#open.get(listener.cursor);
    if (question === undefined) return NOBODY;
    if (question.listener !== listener) {
      question.waiting?.delete(listener);
      return NOBODY;
    }
    this.#open.delete(listener.cursor);
    return question.waiting ?? NOBODY;
  }
}
