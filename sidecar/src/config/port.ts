import { SidecarError } from '../api/sidecar-error.ts';

/** @throws SidecarError `option_invalid`, naming the option */
export function toPort(text: string, option: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new SidecarError('option_invalid', `'${text}' is no ${option}. Give a number from 0 to 65535.`);
  }
  return port;
}
