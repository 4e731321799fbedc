import type { ValueType } from './value-type.ts';

/** One of a few words. */
export function choice<const Word extends string>(words: readonly Word[]): ValueType<Word> {
  return {
    expects: `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`,
    parse: (text) => words.find((word) => word === text),
    show: (value) => value,
  };
}

/** True for `on`, false for `off`. */
export const SWITCH: ValueType<boolean> = {
  expects: 'on or off',
  parse: (text) => (text === 'on' ? true : text === 'off' ? false : undefined),
  show: (value) => (value ? 'on' : 'off'),
};
