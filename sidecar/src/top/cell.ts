/** How a cell or a line looks where there are colours. */
export type Tone = 'plain' | 'good' | 'bad' | 'dim' | 'title';

/** One value of a table. */
export interface Cell {
  readonly text: string;
  readonly tone: Tone;
}

/** @param text from wherever: a terminal does what control characters say */
export function cell(text: string, tone: Tone = 'plain'): Cell {
  return { text: text.replaceAll(/\p{Cc}/gu, ' '), tone };
}

/** Nothing is known. */
export const UNKNOWN = cell('–', 'dim');

/** @param text how a value is written */
export function known(value: number | null | undefined, text: (value: number) => string): Cell {
  return value === null || value === undefined ? UNKNOWN : cell(text(value), value === 0 ? 'dim' : 'plain');
}

/** The same; what is not 0 is bad. */
export function trouble(value: number | null | undefined, text: (value: number) => string): Cell {
  return value ? cell(text(value), 'bad') : known(value, text);
}
