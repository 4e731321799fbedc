import type { ValueType } from './value-type.ts';

/** Any text, as it is. */
export const TEXT: ValueType<string> = {
  expects: 'a text',
  parse: (text) => text,
  show: (value) => value,
};

/** A path, made absolute; null for none. */
export const PATH: ValueType<string | null> = {
  expects: 'a path',
  parse: (text, { expand }) => (text === '' ? null : expand(text)),
  show: (value) => value ?? 'none',
};

/** Paths with commas or new lines between them, made absolute, each once. */
export const PATHS: ValueType<readonly string[]> = {
  expects: 'paths with commas between them',
  parse(text, { expand }) {
    const parts = text.split(/[,\n]/).map((part) => part.trim());
    return [...new Set(parts.filter((part) => part !== ''))].map(expand);
  },
  show: (value) => value.join(', ') || 'none',
};
