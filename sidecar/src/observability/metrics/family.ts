import { Counter, Gauge, type Registry } from 'prom-client';

/** Labels and a number. */
export type Sample<Label extends string> = readonly [Record<Label, string>, number];

/** What a family of numbers is, and who reads them when somebody asks. */
export interface Family<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly Label[];
  samples(): Iterable<Sample<Label>>;
}

/** Numbers that only grow, and are counted elsewhere: `prom-client` gets them when somebody asks. */
export function addCounter<Label extends string>(registry: Registry, family: Family<Label>): void {
  const { name, help, labels } = family;
  new Counter({
    ...{ name, help, labelNames: labels, registers: [registry] },
    collect() {
      this.reset();
      for (const [of, value] of family.samples()) this.inc(of, value);
    },
  });
}

/** Numbers of now. */
export function addGauge<Label extends string>(registry: Registry, family: Family<Label>): void {
  const { name, help, labels } = family;
  new Gauge({
    ...{ name, help, labelNames: labels, registers: [registry] },
    collect() {
      // What is not there any more, such as a channel, is not said any more either.
      this.reset();
      for (const [of, value] of family.samples()) this.set(of, value);
    },
  });
}
