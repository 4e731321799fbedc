import type { PostgresAddress } from '../support/postgres/postgres.ts';
import type { Figure } from './row.ts';
import type { Scenario } from './servers/scenario.ts';
import { Target } from './servers/target.ts';

/** How figures are taken of ours and of what it is compared with. */
export interface Comparison extends Scenario {
  /** By which it is chosen; the name of its figure, or a part of the names of its figures. */
  readonly name: string;
  readonly figures: readonly Figure[];
  /** A server for each measurement, instead of one for all rounds. */
  readonly fresh?: boolean;
  /** What `prepare` does, or `measure` before it measures. */
  readonly warmUp: string;
  /** What is done once with each server before it is measured. */
  prepare?(target: Target): Promise<unknown>;
  /** @returns a value of each figure */
  measure(target: Target): Promise<readonly number[]>;
}

/** A comparison with one figure. */
export type Single = Omit<Comparison, 'figures' | 'measure'> &
  Omit<Figure, 'name'> & { measure(target: Target): Promise<number> };

/** Who is compared. */
export interface Contest {
  readonly ours: Contestant;
  readonly baseline: Contestant;
}

export interface Contestant {
  readonly name: string;
  /** @param node the program `node` of the server */
  readonly open: (postgres: PostgresAddress, scenario: Scenario, node: string) => Promise<Target>;
}

/** The sidecar, and what one would write in an afternoon. */
export const BARE: Contest = {
  ours: { name: 'ours', open: Target.openOurs },
  baseline: { name: 'bare socket.io', open: Target.openBare },
};

/** The same handlers in both languages. */
export const PYTHON: Contest = {
  ours: { name: 'Python', open: Target.openPython },
  baseline: { name: 'TypeScript', open: Target.openOurs },
};
