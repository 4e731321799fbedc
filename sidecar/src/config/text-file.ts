import { readFileSync } from 'node:fs';
import { reason } from '../api/error.ts';
import { SidecarError } from '../api/sidecar-error.ts';

/**
 * The text of a file, without the byte order mark that some editors put before it. What is no UTF-8 is refused: read all
 * the same, a password would be another one, and a file in UTF-16 would seem to say nothing.
 *
 * @param otherwise the encoding of what is no UTF-8; OpenERP 7.0, of Python 2.7, takes any in its comments
 * @throws SidecarError `config_unreadable`, `config_invalid`, naming the file and never what is in it
 */
export function readTextFile(file: string, otherwise: 'latin1' | null = null): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new SidecarError(
      'config_unreadable',
      `'${file}' cannot be read: ${reason(cause)}. Name another, or let this user read it.`,
      { cause },
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    if (otherwise !== null) return new TextDecoder(otherwise).decode(bytes);
    throw new SidecarError('config_invalid', `'${file}' is no text in UTF-8. Save it in that encoding.`, {
      cause,
    });
  }
}
