import type { Finding } from './finding.ts';
import { FINDING_CODES, type FindingCode } from './finding-codes.ts';
import { placeSidecar, type Remedy } from './remedy.ts';

/** Where from something was looked at. */
export interface View {
  /** Such as `https://erp.example.com, from outside`. */
  readonly title: string;
  readonly findings: readonly Finding[];
  /** What the proxy calls itself; null if that is not known. */
  readonly server: string | null;
}

/** All that the doctor found. */
export interface Diagnosis {
  readonly views: readonly View[];
  /** Where the sidecar is, for what a proxy has to be told: such as `127.0.0.1:8090`; null if it is not known. */
  readonly sidecar: string | null;
}

/**
 * Of a code of its own; null for one of the sidecar's errors, whose text says what to do.
 *
 * @param sidecar its place in the lines; null if it is not known
 */
export function remedyOf({ code }: Finding, sidecar: string | null): Remedy | null {
  return code !== null && isFindingCode(code) ? placeSidecar<Remedy>(FINDING_CODES[code], sidecar) : null;
}

function isFindingCode(code: string): code is FindingCode {
  return Object.hasOwn(FINDING_CODES, code);
}

/** @returns how many of them are of that severity */
export function count({ views }: Pick<Diagnosis, 'views'>, severity: Finding['severity']): number {
  return views.flatMap(({ findings }) => findings).filter((one) => one.severity === severity).length;
}
