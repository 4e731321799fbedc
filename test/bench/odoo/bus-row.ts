import { figure, median } from '../row.ts';

/** What a row has to show: a bound of the ratio sidecar : evented worker, or of the sidecar's own figure. */
export type Goal =
  | { readonly ratio: 'at most' | 'at least'; readonly bound: number; readonly text: string }
  | { readonly sidecar: 'at most'; readonly bound: number; readonly text: string };

export interface RowSpec {
  readonly name: string;
  readonly unit: string;
  /** What stands for all rounds: their median unless it is said. */
  readonly summary?: 'most' | 'sum';
  readonly goal?: Goal;
}

/** What is measured together, round by round: a figure for each of the rows, in their order. */
export interface Figures {
  readonly evented: readonly number[];
  readonly sidecar: readonly number[];
}

const SUMMARIES = {
  median,
  most: (values: readonly number[]) => Math.max(...values),
  sum: (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0),
};

/** The ratios of the rounds, since the machine's noise lies between rounds. */
const toRatios = ({ evented, sidecar }: Figures) =>
  sidecar.map((value, round) => value / (evented[round] ?? Number.NaN));

function judge({ goal }: RowSpec, ratio: number, sidecar: number): string {
  if (goal === undefined || Number.isNaN('ratio' in goal ? ratio : sidecar)) return '';
  const value = 'ratio' in goal ? ratio : sidecar;
  const isMet = 'ratio' in goal && goal.ratio === 'at least' ? value >= goal.bound : value <= goal.bound;
  return `${isMet ? 'met' : 'MISSED'}: ${goal.text}`;
}

export const HEADINGS = ['row', 'unit', 'evented worker', 'sidecar', 'ratio', 'of rounds', 'goal'];

/** The cells of one row as people read them; a server that was not measured has none. */
export function toCells(spec: RowSpec, figures: Figures): string[] {
  const summarize = (values: readonly number[]) =>
    values.length === 0 ? Number.NaN : SUMMARIES[spec.summary ?? 'median'](values);
  const [evented, sidecar] = [summarize(figures.evented), summarize(figures.sidecar)];
  const ratios = toRatios(figures).filter(Number.isFinite);
  const isRatio = ratios.length > 0 && figures.evented.length > 0 && spec.summary !== 'sum';
  const ratio = isRatio ? median(ratios) : Number.NaN;
  const show = (value: number, text = shown(value)) => (Number.isNaN(value) ? '' : text);
  return [
    spec.name,
    spec.unit,
    show(evented),
    show(sidecar),
    show(ratio),
    isRatio ? `${shown(Math.min(...ratios))}–${shown(Math.max(...ratios))}` : '',
    judge(spec, ratio, sidecar),
  ];
}

/** Ratios are small here, such as 0.0125. */
function shown(value: number): string {
  return Number.isInteger(value) || value >= 1 ? figure(value) : value.toPrecision(3);
}
