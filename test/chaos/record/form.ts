import { inject } from 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    form: 'short' | 'long';
  }
}

/**
 * A bound in milliseconds on how long something takes. The long form runs on a quiet machine and takes it as it is. `npm test`
 * runs beside anything: there it is four times as long, which still tells a wait from one that somebody forgot to end.
 */
export function bound(ms: number): number {
  return inject('form') === 'long' ? ms : 4 * ms;
}

/** Sizes of a case: the short form is a part of `npm test`, the long one is `npm run test:chaos`. */
export function sizes<T>(forms: { readonly short: T; readonly long: T }): T {
  return forms[inject('form')];
}
