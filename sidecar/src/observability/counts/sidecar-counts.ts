import type { Refused } from '../refused.ts';
import { CodeTally } from './code-tally.ts';
import { DatabaseCounts } from './database-counts.ts';
import { Traffic } from './traffic.ts';

/** What one sidecar counts while it runs. `Gauges` is what can be looked at when somebody asks. */
export class SidecarCounts {
  readonly databases: ReadonlyMap<string, DatabaseCounts>;
  /** Requests and handshakes that were refused before their database was known, by code. */
  readonly refusals = new CodeTally();
  /** Connections that were cut because of what came over them, or was not read, by code. */
  readonly cuts = new CodeTally();
  /** Python workers that were not taken, by code. */
  readonly linkRefusals = new CodeTally();
  readonly traffic = new Traffic();

  /** @param databases the names of those that are served */
  constructor(databases: Iterable<string>) {
    this.databases = new Map([...databases].map((db) => [db, new DatabaseCounts(db)]));
  }

  /** Counts a connection, or a namespace of one, that was refused. */
  refused({ way, db, problem }: Pick<Refused, 'way' | 'db' | 'problem'>): void {
    const known = db === null ? undefined : this.databases.get(db);
    const refusals = way === 'link' ? this.linkRefusals : (known ?? this).refusals;
    refusals.add(problem.code);
  }

  /** Those of a database that is served. */
  of(db: string): DatabaseCounts {
    const counts = this.databases.get(db);
    if (counts === undefined) throw new Error(`The database '${db}' is not served`);
    return counts;
  }
}
