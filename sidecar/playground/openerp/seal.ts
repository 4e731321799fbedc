import { pbkdf2Sync, randomBytes } from 'node:crypto';

const NONCE_BYTES = 16;

/** Encrypts what finds a session, so that only who has the token can read it: as the addon's `seal`. */
export function seal(token: string, key: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  return Buffer.concat([nonce, xor(token, nonce, Buffer.from(key))]);
}

/** What `seal` was given. */
export function unseal(token: string, sealed: Buffer): string {
  return xor(token, sealed.subarray(0, NONCE_BYTES), sealed.subarray(NONCE_BYTES)).toString();
}

function xor(token: string, nonce: Buffer, data: Buffer): Buffer {
  const pad = pbkdf2Sync(token, nonce, 1, Math.max(1, data.length), 'sha256');
  return Buffer.from(data.map((byte, index) => byte ^ (pad[index] ?? 0)));
}
