/** What a row has to show: a bound of its ratio, or of our own figure in the row's unit. */
export interface Aim {
  readonly of: 'ratio' | 'ours';
  readonly is: 'at most' | 'at least';
  readonly bound: number;
}

/** The ratio may be so much, and no more. */
export const atMost = (bound: number): Aim => ({ of: 'ratio', is: 'at most', bound });

/** The ratio has to be so much, or more. */
export const atLeast = (bound: number): Aim => ({ of: 'ratio', is: 'at least', bound });

/** Our own figure may be so much, and no more. */
export const ourMost = (bound: number): Aim => ({ of: 'ours', is: 'at most', bound });

/** @param unit of the row */
export function describeAim({ of, is, bound }: Aim, unit: string): string {
  return `${is} ${bound}${of === 'ours' ? ` ${unit}` : ''}`;
}

/** Whether a row shows what it has to; one without a ratio shows nothing of it. */
export function isMet(aim: Aim, row: { readonly value: number; readonly ratio: number | null }): boolean {
  const value = aim.of === 'ours' ? row.value : row.ratio;
  if (value === null) return false;
  return aim.is === 'at most' ? value <= aim.bound : value >= aim.bound;
}
