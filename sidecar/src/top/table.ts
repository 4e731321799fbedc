import stringWidth from 'string-width';
import type { Cell, Tone } from './cell.ts';

/** A column. */
export interface Column {
  readonly title: string;
  /** A text, which may be cut; a number stands at the right. */
  readonly isText?: boolean;
  /** Where there is no room: the highest goes first, and 0 stays. */
  readonly rank: number;
}

/** A part of a line. */
export type Line = readonly Cell[];

/** Between columns. */
const GAP = 2;
/** A text is not cut any shorter while there is a column that can go. */
const LEAST = 16;

/**
 * Writes a table, with its titles first, that is no wider than so many columns of a terminal.
 *
 * @param rows as many cells as there are columns in each
 */
export function table(columns: readonly Column[], rows: readonly Line[], width: number): Line[] {
  const kept = chooseColumns(columns, rows, width);
  const titles = columns.map(({ title }) => ({ text: title, tone: 'title' as const }));
  return [titles, ...rows].map((row) =>
    kept.flatMap(({ index, isText, size }, position) => {
      const { text, tone } = row[index] ?? { text: '', tone: 'plain' };
      const fitted = align(text, size, isText);
      return position === 0
        ? [{ text: fitted, tone }]
        : [
            { text: ' '.repeat(GAP), tone: PLAIN },
            { text: fitted, tone },
          ];
    }),
  );
}

const PLAIN: Tone = 'plain';

interface Kept {
  readonly index: number;
  readonly isText: boolean;
  readonly rank: number;
  size: number;
}

/** Those that fit, the ones that matter least being left out first; texts are cut to what is left. */
function chooseColumns(columns: readonly Column[], rows: readonly Line[], width: number): Kept[] {
  const all = columns.map(({ title, isText = false, rank }, index): Kept => {
    const sizes = rows.map((row) => stringWidth(row[index]?.text ?? ''));
    return { index, isText, rank, size: Math.max(stringWidth(title), ...sizes) };
  });
  const ranks = [...new Set(all.map(({ rank }) => rank))].sort((one, other) => other - one);
  for (const most of ranks) {
    const kept = all.filter(({ rank }) => rank <= most).map((column) => ({ ...column }));
    if (cutTexts(kept, width, LEAST) <= 0) return kept;
    if (most === ranks.at(-1)) {
      cutTexts(kept, width, 1);
      return kept;
    }
  }
  return all;
}

/** Makes the longest texts shorter. @returns by how much it is still too wide */
function cutTexts(columns: readonly Kept[], width: number, least: number): number {
  const excess = () => columns.reduce((sum, { size }) => sum + size, GAP * (columns.length - 1)) - width;
  const texts = columns.filter(({ isText }) => isText).sort((one, other) => other.size - one.size);
  for (const column of texts) {
    if (excess() > 0) column.size = Math.max(Math.min(least, column.size), column.size - excess());
  }
  return excess();
}

/** A text that takes exactly so many columns. */
export function align(text: string, size: number, isText: boolean): string {
  const shown = stringWidth(text) > size ? shorten(text, size) : text;
  const space = ' '.repeat(Math.max(0, size - stringWidth(shown)));
  return isText ? shown + space : space + shown;
}

/** Cut at its end, which is marked. */
export function shorten(text: string, size: number): string {
  if (stringWidth(text) <= size) return text;
  let shown = '';
  for (const { segment } of SEGMENTER.segment(text)) {
    if (stringWidth(shown + segment) > size - 1) break;
    shown += segment;
  }
  return size <= 0 ? '' : `${shown}…`;
}

/** A letter may be made of several characters. */
const SEGMENTER = new Intl.Segmenter();
