import { describeAim, isMet } from './aim.ts';
import { figure, median, type Row } from './row.ts';

/**
 * The rows as people read them, in columns; brackets show the range of the rounds.
 *
 * @param sides what the two that are compared are called
 */
export function tableLines(rows: readonly Row[], sides = ['ours', 'baseline']): string[] {
  const headings = ['row', 'unit', ...sides, 'ratio', 'CPU ratio', 'aim', '', 'other designs'];
  const table = [headings, ...rows.map(toCells)];
  const widths = headings.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  return table.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function toCells(row: Row): string[] {
  const { name, unit, value, values, baseline, baselines, ratio, rounds, processor = [] } = row;
  const { aims = [], alternatives = {} } = row;
  return [
    name,
    unit,
    withRange(value, values),
    baseline === null ? '' : withRange(baseline, baselines),
    ratio === null ? '' : withRange(ratio, rounds),
    processor.length === 0 ? '' : withRange(median(processor), processor),
    aims.map((aim) => describeAim(aim, unit)).join(', '),
    aims.map((aim) => (isMet(aim, row) ? 'met' : 'MISSED')).join(', '),
    Object.entries(alternatives)
      .map(([design, value]) => `${design}: ${figure(value)}`)
      .join(', '),
  ];
}

/** A value with the least and the most of all rounds. */
export function withRange(value: number, values: readonly number[]): string {
  const told = figure(value);
  return values.length < 2 ? told : `${told} (${figure(Math.min(...values))}–${figure(Math.max(...values))})`;
}
