import type { LiveModel } from '../model/live-model.ts';
import { outside } from '../outside.ts';
import type { View } from '../views/view.ts';
import { Asker } from './asker.ts';

/** Users who are asked for at a time. */
const USERS = 2;
/** What one transaction writes, or a few in a row, is asked about together. */
const GATHER_MS = 20;
/** At most a tenth of one Odoo worker is used, whatever is written and however many pages there are. */
const SHARE = 0.1;
const MOST_REST_MS = 60_000;

/**
 * Finds out which lists would show something else, because of records that they do not show: by asking Odoo, user by user.
 * All lists of a database share one budget.
 */
export class Rounds {
  readonly #modelOf: (name: string) => LiveModel | undefined;
  /** By user; who was asked for last is the last one. */
  readonly #askers = new Map<number, Asker>();
  #timer: NodeJS.Timeout | null = null;
  #isRunning = false;

  constructor(modelOf: (name: string) => LiveModel | undefined) {
    this.#modelOf = modelOf;
  }

  get size(): number {
    return this.#askers.size;
  }

  add(view: View): void {
    const { uid } = view.owner;
    const asker = this.#askers.get(uid) ?? new Asker(this.#modelOf);
    this.#askers.set(uid, asker);
    asker.views.add(view);
    this.wake();
  }

  delete(view: View): void {
    const asker = this.#askers.get(view.owner.uid);
    if (!asker?.views.delete(view) || asker.views.size > 0) return;
    this.#askers.delete(view.owner.uid);
    if (this.#askers.size > 0 || this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Something has changed. */
  wake(): void {
    if (this.#timer === null && !this.#isRunning && this.#askers.size > 0) this.#schedule(GATHER_MS);
  }

  #schedule(ms: number): void {
    this.#timer = setTimeout(() => outside(() => void this.#round()), ms).unref();
  }

  async #round(): Promise<void> {
    this.#timer = null;
    this.#isRunning = true;
    const begun = performance.now();
    const chosen = this.#choose();
    let worked = 0;
    // What one of them throws is no reason to ask for nobody any more.
    await Promise.allSettled(
      chosen.map(async (asker) => {
        const asked = performance.now();
        await asker.ask(asked);
        worked += performance.now() - asked;
      }),
    );
    this.#isRunning = false;
    const now = performance.now();
    const rest = Math.min(MOST_REST_MS, worked / SHARE - (now - begun));
    const waits = [...this.#askers.values()].map((asker) => asker.dueIn(now)).filter((wait) => wait !== null);
    // With nothing to ask it rests as well: what comes meanwhile would else be asked about at once.
    if (waits.length > 0 || (rest > 0 && this.#askers.size > 0))
      this.#schedule(Math.max(rest, waits.length > 0 ? Math.min(...waits) : 0));
  }

  /** Those whose turn it is, of those about whom there is something to ask. */
  #choose(): Asker[] {
    const now = performance.now();
    const chosen: [number, Asker][] = [];
    for (const [uid, asker] of this.#askers) {
      if (chosen.length === USERS) break;
      if (asker.dueIn(now) === 0) chosen.push([uid, asker]);
    }
    for (const [uid, asker] of chosen) {
      this.#askers.delete(uid);
      this.#askers.set(uid, asker);
    }
    return chosen.map(([, asker]) => asker);
  }
}
