/** Labels of a metric by their names, such as `{ db: 'mydb' }`. */
export type Labels = Readonly<Record<string, string>>;

/** One line of the text format of Prometheus. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** Samples by the names of their metrics. */
export type Samples = ReadonlyMap<string, readonly Sample[]>;

const NONE: Labels = {};
const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;
const ESCAPED: Readonly<Record<string, string>> = { n: '\n' };

/** Reads what `prom-client` writes. What is no sample is left out. */
export function readSamples(text: string): Samples {
  const samples = new Map<string, Sample[]>();
  for (const line of text.split('\n')) {
    const [, name, labels, value] = LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    const known = samples.get(name);
    const sample = { labels: labels === undefined ? NONE : readLabels(labels), value: Number(value) };
    if (known === undefined) samples.set(name, [sample]);
    else known.push(sample);
  }
  return samples;
}

function readLabels(text: string): Labels {
  return Object.fromEntries(
    [...text.matchAll(LABEL)].map(([, name = '', value = '']) => [
      name,
      value.replace(/\\(.)/g, (_whole, one: string) => ESCAPED[one] ?? one),
    ]),
  );
}
