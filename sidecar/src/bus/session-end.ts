import type { SidecarError } from '../api/sidecar-error.ts';
import { SESSION_EXPIRED, TRY_LATER } from './close-codes.ts';

/** These say nothing of the session itself: its browser's cookie shows once more whether it goes on. */
const COOKIE_NEEDED: ReadonlySet<string> = new Set([
  ...['token_unknown', 'token_expired', 'session_unproved', 'database_unavailable'],
]);

export function isCookieNeeded({ code }: SidecarError): boolean {
  return COOKIE_NEEDED.has(code);
}

/** By which number a socket is closed whose session is not good. */
export function closeCodeOf({ code }: SidecarError): number {
  return code === 'session_ended' || code === 'session_mismatch' ? SESSION_EXPIRED : TRY_LATER;
}
