import type { Arrival } from './changes/arrival.ts';
import type { Listener } from './model/listening.ts';
import { LiveModel } from './model/live-model.ts';
import type { Member, PresenceTimes } from './presence/roster.ts';
import { Rosters } from './presence/rosters.ts';
import { Rounds } from './rounds/rounds.ts';
import type { View } from './views/view.ts';

/** A page, as far as it does something for the others. */
type Page = Listener & Member;

/** What the pages of one database share in this process. */
export class LiveDatabase {
  readonly rosters: Rosters;
  readonly #models = new Map<string, LiveModel>();
  readonly #rounds = new Rounds((name) => this.#models.get(name));

  constructor(times: PresenceTimes) {
    this.rosters = new Rosters(times);
  }

  /** Made when a page shows something of it. */
  model(name: string): LiveModel {
    const known = this.#models.get(name);
    if (known !== undefined) return known;
    const model: LiveModel = new LiveModel({
      name,
      heard: () => this.#rounds.wake(),
      unused: () => {
        if (this.#models.get(name) === model) this.#models.delete(name);
      },
    });
    this.#models.set(name, model);
    return model;
  }

  /** A page has heard of changes of what it shows: it may be the first. */
  heard(arrivals: readonly Arrival[], page: Page): void {
    for (const arrival of arrivals) this.#models.get(arrival.model)?.heard([arrival], page);
  }

  /** A view of a page shows something else from now on. @returns when others know who looks at a record no more */
  async turn(page: Page, before: View | null, after: View | null): Promise<void> {
    if (after !== null) this.#add(page, after, before?.presence ?? null);
    if (before !== null) await this.#delete(page, before, after?.presence ?? null);
  }

  /** A page has gone, with what it showed. @returns as above */
  async gone(page: Page, views: readonly View[]): Promise<void> {
    const left = views.map((view) => this.turn(page, view, null));
    for (const model of this.#models.values()) model.gone(page);
    await Promise.all(left);
  }

  #add(page: Page, view: View, present: string | null): void {
    const model = this.model(view.model);
    model.join(page);
    model.add(view);
    if (view.window !== null) this.#rounds.add(view);
    if (view.presence !== null && view.presence !== present) this.rosters.join(view.presence, page);
  }

  async #delete(page: Page, view: View, present: string | null): Promise<void> {
    const model = this.model(view.model);
    model.delete(view);
    model.leave(page);
    this.#rounds.delete(view);
    if (view.presence !== null && view.presence !== present) await this.rosters.leave(view.presence, page);
  }
}

/** By name. One for each that had a page: a sidecar serves a few. */
export class LiveDatabases {
  readonly #times: PresenceTimes;
  readonly #databases = new Map<string, LiveDatabase>();

  constructor(times: PresenceTimes) {
    this.#times = times;
  }

  of(name: string): LiveDatabase {
    const database = this.#databases.get(name) ?? new LiveDatabase(this.#times);
    this.#databases.set(name, database);
    return database;
  }
}
