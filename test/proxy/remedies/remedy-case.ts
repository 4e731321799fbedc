import type { FindingCode } from '../../../sidecar/src/doctor/finding-codes.ts';

/** One thing that is wrong in a configuration, and where the doctor's lines belong that mend it. */
export interface RemedyCase {
  readonly code: FindingCode;
  /** The place in the configuration, such as `route`. Lines from `backend …` on go to the place `sections`. */
  readonly place: string;
  /** What stands there while it is wrong. */
  readonly broken: string;
  /** The lines come after what is wrong, and not instead of it. */
  readonly isAdded?: boolean;
  /** What stands in other places, before and after. */
  readonly also?: Readonly<Record<string, string>>;
}

/** How a configuration of one proxy is written, with places such as `[[route]]`, and what stands there unless a case says otherwise. */
export interface RemedyConfig {
  readonly text: string;
  readonly places: Readonly<Record<string, string>>;
  readonly cases: readonly RemedyCase[];
}

/** Where the sidecar is in the doctor's lines, and where nobody is. */
export const SIDECAR = '127.0.0.1:8068';
export const NOBODY = '127.0.0.1:1';
