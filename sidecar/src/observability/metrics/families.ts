import type { Registry } from 'prom-client';
import type { DatabaseCounts } from '../counts/database-counts.ts';
import type { NamespaceCounts } from '../counts/namespace-counts.ts';
import type { SidecarCounts } from '../counts/sidecar-counts.ts';
import type { DatabaseGauges, Gauges } from '../gauges.ts';
import type { QueueDepth } from '../queue-depth.ts';
import { addCounter, addGauge, type Family, type Sample } from './family.ts';

/** Where the numbers of the metrics come from. */
export interface Facts {
  readonly counts: SidecarCounts;
  /** How it is now. */
  look(): Gauges;
  /** What the queues hold, by database; null where that cannot be known. Does not reject. */
  depths(): Promise<Depths>;
}

export type Depths = ReadonlyMap<string, readonly QueueDepth[] | null>;

/** Reads the samples of one database. */
type OfDatabase<Label extends string> = (counts: DatabaseCounts) => Iterable<Sample<Label>>;

/** The families of one registry, by what they are about. */
export class Families {
  readonly registry: Registry;
  readonly facts: Facts;
  /** What the queues held when somebody asked last. */
  depths: Depths = new Map();

  constructor(registry: Registry, facts: Facts) {
    this.registry = registry;
    this.facts = facts;
  }

  counter<Label extends string>(family: Family<Label>): void {
    addCounter(this.registry, family);
  }

  gauge<Label extends string>(family: Family<Label>): void {
    addGauge(this.registry, family);
  }

  /** One number of each database. */
  databaseGauge(name: string, help: string, value: (gauges: DatabaseGauges) => number | null): void {
    const { look } = this.facts;
    this.gauge({
      ...{ name, help, labels: ['db'] },
      *samples() {
        for (const one of look().databases) {
          const found = value(one);
          if (found !== null) yield [{ db: one.db }, found];
        }
      },
    });
  }

  /** What each database counts. */
  *databases<Label extends string>(read: OfDatabase<Label>): Iterable<Sample<Label>> {
    for (const counts of this.facts.counts.databases.values()) yield* read(counts);
  }

  /** What each namespace of each database counts. */
  *nameSpaces<Label extends string>(
    read: (counts: NamespaceCounts, labels: { db: string; namespace: string }) => Iterable<Sample<Label>>,
  ): Iterable<Sample<Label>> {
    for (const { db, nameSpaces } of this.facts.counts.databases.values()) {
      for (const counts of nameSpaces.values()) yield* read(counts, { db, namespace: counts.path });
    }
  }
}
