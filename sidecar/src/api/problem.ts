import type { ErrorCode } from './error-codes/catalogue.ts';

/** Something that is wrong and that nobody throws: for the log, and for `--check-config`. */
export interface Problem {
  readonly code: ErrorCode;
  /** Quotes the bad value and says what to do next. */
  readonly message: string;
}

/** A problem, or an error with a code, as one text: `code: message`. */
export function describeProblem({
  code,
  message,
}: {
  readonly code: string;
  readonly message: string;
}): string {
  return `${code}: ${message}`;
}
