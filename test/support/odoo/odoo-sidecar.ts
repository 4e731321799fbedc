import { expect } from 'vitest';
import { runSidecar } from '../process/program.ts';
import type { Odoo } from './odoo.ts';

/** The built sidecar of one test, with Odoo's own configuration file. */
export class OdooSidecar {
  readonly #lines: readonly string[];

  /** @param env what it is told besides */
  constructor(
    { configFile }: Odoo,
    env: Readonly<Record<string, string>> = {},
    args: readonly string[] = [],
  ) {
    this.#lines = runSidecar(['-c', configFile, '-p', '0', ...args], env).lines;
  }

  /** One that has reached Odoo's database. */
  static async start(...given: ConstructorParameters<typeof OdooSidecar>): Promise<OdooSidecar> {
    const sidecar = new OdooSidecar(...given);
    await sidecar.whenConnected(1);
    return sidecar;
  }

  get log(): string {
    return this.#lines.join('\n');
  }

  get url(): string {
    return /(http:\/\/127\.0\.0\.1:\d+)\b.* for /.exec(this.log)?.[1] ?? '';
  }

  /** Resolves when it has reached a database so many times. */
  async whenConnected(times: number): Promise<void> {
    const expected = new RegExp(`(Connected to PostgreSQL[\\s\\S]*){${times}}`);
    await expect.poll(() => this.log).toMatch(expected);
  }
}
