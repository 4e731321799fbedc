import type { Mode } from '../api/adapter.ts';

/** Messages that a handler took and has neither confirmed nor put back. */
export interface Holding {
  readonly mode: Mode;
  /** False if somebody else may have them by now: then they must not be shown any more. */
  readonly valid: boolean;
  /** @returns false if they were somebody else's already */
  confirm(): boolean | Promise<boolean>;
  /** They are offered again. @param failed the attempt counts; after too many a message is set aside */
  putBack(failed: boolean): void;
}
