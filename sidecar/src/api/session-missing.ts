import { SidecarError } from './sidecar-error.ts';

/** Something needs to know who is connected, and nobody has said so yet. */
export function sessionMissing(path: string): SidecarError {
  return new SidecarError(
    'session_missing',
    `The socket of '${path}' has no session yet. Wait for recvConnect.`,
  );
}
