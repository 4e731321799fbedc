import { createHash } from 'node:crypto';

/** Values as text that can be compared, kept and sent in thousands. */
export function fingerprint(values: unknown): string {
  const text = JSON.stringify(values);
  return text.length <= 100 ? text : createHash('sha256').update(text).digest('hex');
}
