import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresAddress } from '../support/postgres/postgres.ts';
import type { Comparison, Contestant } from './contest.ts';
import { readProcessorTime } from './odoo/servers/processor-time.ts';
import type { Target } from './servers/target.ts';

const QUIET_MS = 500;

/** One of the two that are compared. */
export class Side {
  readonly name: string;
  /** The processor time of the server in each round, in milliseconds; of the new one if it was restarted. */
  readonly processor: number[] = [];
  readonly #rounds: (readonly number[])[] = [];
  readonly #open: () => Promise<Target>;
  readonly #comparison: Comparison;
  #target: Target | null = null;

  /** @param node the program `node` of the server */
  constructor({ name, open }: Contestant, postgres: PostgresAddress, comparison: Comparison, node: string) {
    this.name = name;
    this.#open = () => open(postgres, comparison, node);
    this.#comparison = comparison;
  }

  /** The values of one figure, of each round. */
  valuesOf(figure: number): number[] {
    return this.#rounds.map((values) => values[figure] ?? Number.NaN);
  }

  async start(): Promise<Target> {
    if (this.#target !== null) return this.#target;
    this.#target = await this.#open();
    await this.#comparison.prepare?.(this.#target);
    return this.#target;
  }

  /** Measures one round. A message that was lost or came twice fails it. */
  async measure(): Promise<void> {
    const target = await this.start();
    const { pid } = target.server;
    const before = await timeOf(target);
    this.#rounds.push(await this.#comparison.measure(target));
    const after = await timeOf(target);
    this.processor.push(target.server.pid === pid ? after - before : after);
    target.check();
    if (this.#comparison.fresh) await this.stop();
  }

  /** Waits for what may still come, after the last round. A message that came twice fails it. */
  async finish(): Promise<void> {
    if (this.#target === null) return;
    await sleep(QUIET_MS);
    this.#target.check();
  }

  async stop(): Promise<void> {
    await this.#target?.stop();
    this.#target = null;
  }
}

/** With its Python worker, if it has one. */
async function timeOf({ server }: Target): Promise<number> {
  const times = [server.pid, server.workerPid].map((pid) => (pid === undefined ? 0 : readProcessorTime(pid)));
  return (await Promise.all(times)).reduce((sum, time) => sum + time, 0);
}
