import { ERROR_CODES } from '../../api/error-codes/catalogue.ts';
import { Tally } from './tally.ts';

/** What is none of those that are known. */
export const OTHER = 'other';

/** Counts by error codes: those of the catalogue, and all others as one. Addons make codes of their own, as many as they like. */
export class CodeTally extends Tally {
  override add(code: string, by = 1): void {
    super.add(Object.hasOwn(ERROR_CODES, code) ? code : OTHER, by);
  }
}
