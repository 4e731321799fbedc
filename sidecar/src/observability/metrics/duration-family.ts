import { Histogram, type Registry } from 'prom-client';
import { Durations } from '../counts/durations.ts';

/** What a family of durations is, and who reads them when somebody asks. */
export interface DurationFamilyOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly Label[];
  samples(): Iterable<readonly [Record<Label, string>, Durations]>;
}

/** One line of a histogram, as `prom-client` writes it. */
interface Line {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly sharedLabels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * Durations that are counted elsewhere, as a histogram of `prom-client`, which has no way to be given what others observed. The
 * text is made of what `getForPromString` returns, which its types do not tell; `test/unit/observability/metrics.test.ts` fails if
 * that changes.
 */
export class DurationFamily<Label extends string> extends Histogram {
  readonly #options: DurationFamilyOptions<Label>;

  constructor(registry: Registry, options: DurationFamilyOptions<Label>) {
    const { name, help, labels } = options;
    super({ name, help, labelNames: [...labels], buckets: [...Durations.bounds], registers: [registry] });
    this.#options = options;
  }

  getForPromString(): Promise<object> {
    const { name, help } = this.#options;
    return Promise.resolve({ name, help, type: 'histogram', aggregator: 'sum', values: [...this.#lines()] });
  }

  *#lines(): Iterable<Line> {
    const { name } = this.#options;
    for (const [sharedLabels, durations] of this.#options.samples()) {
      const bucket = (le: string, value: number) => ({
        ...{ metricName: `${name}_bucket`, labels: { le }, sharedLabels, value },
      });
      for (const [index, within] of durations.within.entries())
        yield bucket(String(Durations.bounds[index]), within);
      yield bucket('+Inf', durations.count);
      yield { metricName: `${name}_sum`, labels: {}, sharedLabels, value: durations.seconds };
      yield { metricName: `${name}_count`, labels: {}, sharedLabels, value: durations.count };
    }
  }
}
