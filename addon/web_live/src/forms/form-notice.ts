import type { Client } from '../page/client.ts';
import { type Age, ageOf } from './age.ts';

/** What a form says of its record: somebody has changed or deleted it. */
export interface NoticeState {
  kind: 'changed' | 'gone' | undefined;
  /** Undefined until it is known, or if it may not be. */
  name: string | undefined;
  /** By the same user in another tab. */
  isSelf: boolean;
  age: Age;
}

const NOW: Age = { count: 0, unit: 'seconds' };

/** The line above a form. The template reads its state. */
export class FormNotice {
  readonly state: NoticeState;
  readonly #client: Client;
  #since = 0;
  #clock: ReturnType<typeof setInterval> | undefined;

  constructor(client: Client) {
    this.#client = client;
    this.state = client.owl.useState<NoticeState>({
      ...{ kind: undefined, name: undefined, isSelf: false, age: NOW },
    });
  }

  show(kind: 'changed' | 'gone', who: number | null): void {
    const { state } = this;
    this.#since = performance.now();
    Object.assign(state, { kind, name: undefined, isSelf: who !== null && who === this.#client.self() });
    this.#tick();
    this.#clock ??= setInterval(() => this.#tick(), 1_000);
    if (who === null) return;
    const since = this.#since;
    void this.#client.names.of(who).then((name) => {
      if (since === this.#since) state.name = name;
    });
  }

  clear(): void {
    clearInterval(this.#clock);
    this.#clock = undefined;
    this.#since = 0;
    if (this.state.kind !== undefined) this.state.kind = undefined;
  }

  #tick(): void {
    const age = ageOf((performance.now() - this.#since) / 1_000);
    // Each change draws the form.
    if (age.count !== this.state.age.count || age.unit !== this.state.age.unit) this.state.age = age;
  }
}
