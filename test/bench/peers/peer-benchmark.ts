import { type PostgresAddress, startPostgres } from '../../support/postgres/postgres.ts';
import { type Figure, figure, type Row, toRow } from '../row.ts';
import type { Benchmark, Run } from '../run.ts';
import { centrifugo } from './centrifugo/centrifugo.ts';
import type { Peer } from './peer.ts';
import { PeerTarget } from './peer-target.ts';
import { SIDECAR } from './sidecar.ts';

/** What is measured of one server, for one figure or several. */
export interface PeerComparison {
  readonly figures: readonly Figure[];
  /** What is done first, and not measured. */
  readonly warmUp: string;
  readonly pages: number;
  /** Of a PostgreSQL of its own. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The one beside the sidecar: Centrifugo with NOTIFY unless it is said. */
  readonly other?: Peer;
  /** @returns a value for each figure */
  measure(target: PeerTarget, postgres: PostgresAddress): Promise<readonly number[]>;
}

/** Centrifugo's broker needs PostgreSQL 16. */
const POSTGRES = 18;

/** Measures both alternately over one PostgreSQL, each in a process and with a database that are new in each round. */
export function comparePeers(comparison: PeerComparison): Benchmark {
  const { figures, warmUp } = comparison;
  return {
    name: figures.map(({ name }) => name).join('; '),
    ...{ figures, warmUp },
    async measure(run) {
      const postgres = await startPostgres(POSTGRES, comparison.settings);
      try {
        return await measure(comparison, postgres, run);
      } finally {
        await postgres.stop();
      }
    },
  };
}

async function measure(
  comparison: PeerComparison,
  postgres: PostgresAddress,
  { rounds, node, progress }: Run,
): Promise<Row[]> {
  const { figures, other = centrifugo('notify') } = comparison;
  const ours = { peer: SIDECAR, rounds: [] as (readonly number[])[] };
  const theirs = { peer: other, rounds: [] as (readonly number[])[] };
  const order = [ours, theirs];
  for (let round = 1; round <= rounds; round += 1) {
    for (const side of order) {
      const values = await measureOne(comparison, side.peer, postgres, node);
      side.rounds.push(values);
      const told = figures.map(({ unit }, index) => `${figure(values[index] ?? Number.NaN)} ${unit}`);
      progress(`round ${round} of ${rounds}, ${side.peer.name}: ${told.join('; ')}`);
    }
    order.reverse();
  }
  return figures.map(({ name, unit, aims = [] }, index) => {
    const valuesOf = (side: typeof ours) => side.rounds.map((values) => values[index] ?? Number.NaN);
    return { ...toRow(name, unit, valuesOf(ours), valuesOf(theirs)), aims };
  });
}

async function measureOne(
  { pages, measure }: PeerComparison,
  peer: Peer,
  postgres: PostgresAddress,
  node: string,
): Promise<readonly number[]> {
  const target = await PeerTarget.open(peer, postgres, pages, node);
  try {
    return await measure(target, postgres);
  } finally {
    await target.stop();
  }
}
