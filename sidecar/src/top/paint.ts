import { styleText } from 'node:util';
import type { Cell, Tone } from './cell.ts';
import type { Line } from './table.ts';

const STYLES: Readonly<Record<Tone, Parameters<typeof styleText>[0] | null>> = {
  plain: null,
  good: 'green',
  bad: ['red', 'bold'],
  dim: 'gray',
  title: 'bold',
};

/** A line as a terminal takes it. @param isColored false writes texts only */
export function paint(line: Line, isColored: boolean): string {
  if (isColored) return line.map(paintCell).join('');
  return line
    .map(({ text }) => text)
    .join('')
    .trimEnd();
}

function paintCell({ text, tone }: Cell): string {
  const style = STYLES[tone];
  return style === null || text.trim() === '' ? text : styleText(style, text);
}
