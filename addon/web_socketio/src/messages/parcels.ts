import { type Answer, PARTLY_DONE } from '../../../../sidecar/protocol/answer.ts';
import type { ParcelMessages } from './parcel.ts';

/** One packet brings at most 10,000 messages; the sidecar has heard of what was done before. */
const MOST_DONE = 10_000;

/**
 * The messages that this page handles, and those that it has handled: whatever comes a second time calls no handler.
 *
 * A second copy comes when the connection is lost before the server has heard what became of the first: it cannot know
 * whether that arrived. A handler that failed has not handled its messages, so the next copy calls it.
 */
export class Parcels {
  readonly #handling = new Map<string, Promise<Answer>>();
  /** The oldest is forgotten first. */
  readonly #done = new Set<string>();

  /**
   * Handles an event, or waits until its messages are handled that have come before.
   *
   * @param handle calls the event's handlers
   * @returns what to answer the sidecar for this copy
   */
  async take(messages: ParcelMessages | undefined, handle: () => Promise<Answer>): Promise<Answer> {
    if (!messages) return handle();
    const { key, ids } = messages;
    const names = ids.map((id) => `${key} ${id}`);
    const before = names.map((name) => this.#handling.get(name)).filter((one) => one !== undefined);
    if (before.length === 0 && !names.some((name) => this.#done.has(name)))
      return this.#handle(names, handle);
    const [outcome] = await Promise.all(before);
    const done = ids.filter((_, index) => this.#done.has(names[index] ?? ''));
    if (done.length === ids.length) return { ok: true };
    if (done.length > 0) return { ok: false, code: PARTLY_DONE, done };
    // They failed together, and the sidecar has not heard of it; together with others they are a new attempt.
    return outcome && before.length === ids.length ? outcome : this.take(messages, handle);
  }

  async #handle(names: string[], handle: () => Promise<Answer>): Promise<Answer> {
    const outcome = handle();
    for (const name of names) this.#handling.set(name, outcome);
    const answer = await outcome;
    for (const name of names) this.#handling.delete(name);
    if (answer.ok) this.#keep(names);
    return answer;
  }

  #keep(names: string[]): void {
    for (const name of names) {
      // The younger of two goes to the end.
      this.#done.delete(name);
      this.#done.add(name);
    }
    for (const name of this.#done) {
      if (this.#done.size <= MOST_DONE) break;
      this.#done.delete(name);
    }
  }
}
