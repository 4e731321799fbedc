interface Other {
  readonly uids: readonly number[];
  readonly until: number;
}

/** Which users other sidecars have on a record. One that is killed says nothing more, and is forgotten. */
export class Others {
  readonly #forgetMs: number;
  readonly #hosts = new Map<string, Other>();

  constructor(forgetMs: number) {
    this.#forgetMs = forgetMs;
  }

  get uids(): readonly number[] {
    return [...this.#hosts.values()].flatMap(({ uids }) => uids);
  }

  /** When the first of them is forgotten; null if there are none. */
  get until(): number | null {
    const untils = [...this.#hosts.values()].map(({ until }) => until);
    return untils.length === 0 ? null : Math.min(...untils);
  }

  /** A sidecar has said whom it has. */
  hear(host: string, uids: readonly number[], now: number): void {
    if (uids.length === 0) this.#hosts.delete(host);
    else this.#hosts.set(host, { uids, until: now + this.#forgetMs });
  }

  /** Forgets those that have said nothing for too long. */
  forget(now: number): void {
    for (const [host, { until }] of this.#hosts) if (until <= now) this.#hosts.delete(host);
  }
}
