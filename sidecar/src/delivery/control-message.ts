import type { Values } from '../api/message.ts';
import { type Broadcast, readBroadcast } from './broadcast.ts';

/**
 * What a message of the channel `web_socketio.control` says. Sidecars write broadcasts; the addon's SQL and Python write
 * everything else.
 */
export type ControlMessage =
  | { readonly kind: 'broadcast'; readonly broadcast: Broadcast }
  /** The addon was updated, and with it the version of what it shares with the sidecar. */
  | { readonly kind: 'schema_changed' }
  /** The credentials of a user changed: all pages of that user have to prove themselves again. */
  | { readonly kind: 'proof_due'; readonly uid: number }
  /** Something happened to a session: it `ended`, is `locked`, or needs a `look`. Its rows say what holds. */
  | { readonly kind: 'session'; readonly sessionHash: string };

/**
 * Names a control message. Anybody who can insert a row can write one.
 * @returns null if it says nothing that a sidecar understands
 */
export function readControlMessage(values: Values): ControlMessage | null {
  const { type, uid, session_hash: sessionHash } = values;
  if (type === 'broadcast') {
    const broadcast = readBroadcast(values);
    return broadcast === null ? null : { kind: 'broadcast', broadcast };
  }
  if (type === 'schema_changed') return { kind: 'schema_changed' };
  if (type === 'proof_due' && typeof uid === 'number') return { kind: 'proof_due', uid };
  // Whatever its type is: a later version of the addon may have more of them, and a look at the rows is always right.
  return typeof sessionHash === 'string' ? { kind: 'session', sessionHash } : null;
}

/** The values of the only control message that a sidecar writes. */
export function writeBroadcast(broadcast: Broadcast): Values {
  return { type: 'broadcast', ...broadcast };
}
