import type { ValueType } from './value-type.ts';

/** What a proxy calls this sidecar; null for none. */
export const ROUTE: ValueType<string | null> = {
  expects: "the proxy's name for this sidecar, up to 32 letters, digits, _ and -",
  parse: (text) => (text === '' ? null : /^[A-Za-z0-9_-]{1,32}$/.test(text) ? text : undefined),
  show: (value) => value ?? 'none',
};
