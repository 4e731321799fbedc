import type { ErrorCode } from '../api/error-codes/catalogue.ts';
import type { FindingCode } from './finding-codes.ts';

/**
 * `problem`: something does not work; `warning`: it works, and will not always; `unknown`: it could not be looked at;
 * `hint`: nothing is wrong with it, and whoever looks for a fault should know it; `fine`: it was looked at.
 */
export type Severity = 'problem' | 'warning' | 'unknown' | 'hint' | 'fine';

/** What one look found. */
export interface Finding {
  /** What was looked at, in a few words. */
  readonly subject: string;
  readonly severity: Severity;
  /** One of the doctor's own, or of the sidecar's errors; null for what is fine. */
  readonly code: FindingCode | ErrorCode | null;
  /** What was seen, with its figures. */
  readonly seen: string;
}

export function fine(subject: string, seen: string): Finding {
  return { subject, severity: 'fine', code: null, seen };
}

export function problem(subject: string, code: FindingCode | ErrorCode, seen: string): Finding {
  return { subject, severity: 'problem', code, seen };
}

export function warning(subject: string, code: FindingCode | ErrorCode, seen: string): Finding {
  return { subject, severity: 'warning', code, seen };
}

export function unseen(subject: string, code: FindingCode | ErrorCode, seen: string): Finding {
  return { subject, severity: 'unknown', code, seen };
}

export function hint(subject: string, code: FindingCode, seen: string): Finding {
  return { subject, severity: 'hint', code, seen };
}
