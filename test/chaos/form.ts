import { inject } from 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    form: 'short' | 'long';
  }
}

/** Sizes of a case: the short form is a part of `npm test`, the long one is `npm run test:chaos`. */
export function sizes<T>(forms: { readonly short: T; readonly long: T }): T {
  return forms[inject('form')];
}
