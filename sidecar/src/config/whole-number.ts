import { SidecarError } from '../api/sidecar-error.ts';

/** What a number may be, and what it is unless it is given. */
export interface WholeNumber {
  readonly otherwise: number;
  /** 1 unless said otherwise. */
  readonly least?: number;
  /** In milliseconds still a time that Node can wait, unless said otherwise. */
  readonly most?: number;
}

/**
 * A whole number of the environment.
 *
 * @throws SidecarError `option_invalid`
 */
export function toWholeNumber(
  env: Readonly<Record<string, string>>,
  name: string,
  { otherwise, least = 1, most = 999_999 }: WholeNumber,
): number {
  const text = env[name];
  if (text === undefined) return otherwise;
  if (!/^\d{1,9}$/.test(text) || Number(text) < least || Number(text) > most) {
    throw new SidecarError(
      'option_invalid',
      `'${text}' is no ${name}. Give a whole number from ${least} to ${most}.`,
    );
  }
  return Number(text);
}
