import { readFileSync } from 'node:fs';
import { reason } from '../../api/error.ts';
import { SidecarError } from '../../api/sidecar-error.ts';

/**
 * The text of a file, without the byte order mark that some editors put before it. Any other encoding than UTF-8 is
 * refused: a password would change silently, and a file in UTF-16 would seem empty.
 *
 * @param otherwise the encoding if it is not UTF-8; OpenERP 7.0, of Python 2.7, takes any in its comments
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
    throw new SidecarError('config_invalid', `'${file}' is not UTF-8 text. Save it in that encoding.`, {
      cause,
    });
  }
}
