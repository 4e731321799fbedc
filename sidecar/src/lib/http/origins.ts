/** Whose pages may connect: origins such as `https://erp.example.com`, hosts with a port, or hosts. */
export class Origins {
  readonly #allowed: ReadonlySet<string>;

  /** @param allowed empty for all */
  constructor(allowed: readonly string[]) {
    this.#allowed = new Set(allowed);
  }

  get any(): boolean {
    return this.#allowed.size === 0;
  }

  /** @param origin as the browser sent it; programs that are no browsers send none, and have no user to be tricked */
  allows(origin: string | undefined): boolean {
    if (this.any || origin === undefined) return true;
    if (!URL.canParse(origin)) return false;
    const { origin: whole, host, hostname } = new URL(origin);
    return [whole, host, hostname].some((name) => this.#allowed.has(name));
  }
}
