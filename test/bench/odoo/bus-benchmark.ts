import type { Progress } from '../run.ts';
import type { Figures, RowSpec } from './bus-row.ts';
import type { BusServer } from './servers/bus-server.ts';
import { BusTarget } from './servers/bus-target.ts';
import type { Stage } from './servers/stage.ts';

/** What is measured with the same browsers, for one row or several. */
export interface BusBenchmark {
  readonly rows: readonly RowSpec[];
  /** Measures a server that has just started. @returns a figure for each row */
  measure(target: BusTarget, progress: Progress): Promise<readonly number[]>;
}

/** Who is measured: both, unless one of them is looked into alone. */
export interface Servers {
  readonly evented: BusServer | null;
  readonly sidecar: BusServer | null;
}

/** Measures both servers alternately, each in a process that is new in each round. @returns the figures of each row */
export async function compareServers(
  { rows, measure }: BusBenchmark,
  stage: Stage,
  servers: Servers,
  rounds: number,
  progress: Progress,
): Promise<Figures[]> {
  const figures = rows.map(() => ({ evented: [] as number[], sidecar: [] as number[] }));
  const order: (keyof Servers)[] = ['evented', 'sidecar'];
  for (let round = 1; round <= rounds; round += 1) {
    for (const side of order) {
      const server = servers[side];
      if (server === null) continue;
      const values = await measureServer(stage, server, (target) => measure(target, progress));
      for (const [row, value] of values.entries()) figures[row]?.[side].push(value);
      const told = rows.map(({ name, unit }, row) => `${name} ${values[row]?.toPrecision(4)} ${unit}`);
      progress(`round ${round} of ${rounds}, ${server.name}: ${told.join('; ')}`);
    }
    order.reverse();
  }
  return figures;
}

async function measureServer(
  stage: Stage,
  server: BusServer,
  measure: (target: BusTarget) => Promise<readonly number[]>,
): Promise<readonly number[]> {
  await server.start();
  try {
    return await measure(new BusTarget(stage, server));
  } finally {
    await server.stop();
  }
}
