import { createHash } from 'node:crypto';

/** The hash by which secrets are kept. */
export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
