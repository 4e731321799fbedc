import type { ValueType } from './value-type.ts';

/** The least and the largest number that is valid. */
export interface NumberRange {
  readonly least: number;
  readonly most: number;
}

/** In milliseconds this is still a time that Node can wait. */
export const MOST = 999_999;

/** A whole number of up to nine digits. */
export function wholeNumber({ least, most }: NumberRange): ValueType<number> {
  return {
    expects: `a whole number from ${least} to ${most}`,
    parse(text) {
      const number = Number(text);
      return /^\d{1,9}$/.test(text) && number >= least && number <= most ? number : undefined;
    },
    show: (value) => `${value}`,
  };
}
