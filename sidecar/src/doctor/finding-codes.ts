import { INSIDE_CODES } from './inside-codes.ts';
import { OUTSIDE_CODES } from './outside-codes.ts';
import type { Remedy } from './remedy.ts';

const CATALOGUE = { ...OUTSIDE_CODES, ...INSIDE_CODES };

/** A code that only the doctor says. */
export type FindingCode = keyof typeof CATALOGUE;

export const FINDING_CODES: Readonly<Record<FindingCode, Remedy>> = CATALOGUE;
