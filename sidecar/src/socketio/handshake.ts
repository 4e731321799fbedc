import { createHash } from 'node:crypto';
import { quote, SocketIOError } from '../api/error.ts';
import type { Gateway, Proof } from './gateway.ts';
import type { SessionKeys } from './wire.ts';

/** By what a client proves who it is. */
export interface Offer {
  readonly token: string | null;
  readonly session: SessionKeys | null;
  readonly userAgent: string;
}

/** A token with its row, found good. */
export interface Proved {
  readonly gateway: Gateway;
  readonly token: string;
  readonly tokenHash: string;
  readonly proof: Proof;
  /** False if the token is known to the sidecar alone: its client cannot renew it. */
  readonly renewable: boolean;
}

/**
 * Looks at a token, or gets one for a session id; null if neither was offered.
 *
 * @throws SocketIOError what `prove` throws, and what the exchange of a session id does
 */
export async function proveOffer(gateway: Gateway, offer: Offer): Promise<Proved | null> {
  if (offer.token !== null) return await prove(gateway, offer.token);
  if (offer.session === null) return null;
  const token = await gateway.exchange({ ...offer.session, userAgent: offer.userAgent });
  return { ...(await prove(gateway, token)), renewable: false };
}

/**
 * Looks a token up.
 *
 * @throws SocketIOError `token_unknown`, `token_expired`, `session_ended`, `session_unproved`, `database_unavailable`
 */
async function prove(gateway: Gateway, token: string): Promise<Proved> {
  const tokenHash = createHash('sha256').update(token).digest('hex');
  let proof: Proof | null;
  try {
    proof = await gateway.findProof(tokenHash);
  } catch (cause) {
    throw new SocketIOError(
      'database_unavailable',
      `The database '${gateway.name}' cannot be read now. It is tried again.`,
      { retry: true, cause },
    );
  }
  return { gateway, token, tokenHash, proof: judge(proof), renewable: true };
}

/**
 * Is the row of a token good? The token itself is never quoted: it is a secret.
 *
 * @throws SocketIOError `token_unknown`, `token_expired`, `session_ended`, `session_unproved`
 */
export function judge(proof: Proof | null): Proof {
  if (proof === null) {
    throw new SocketIOError(
      'token_unknown',
      'This database does not know the token. Ask /web_socketio/token for a new one.',
      { retry: true },
    );
  }
  if (proof.ended) {
    throw new SocketIOError('session_ended', `The session of user ${proof.uid} has ended. Log in again.`);
  }
  if (proof.proofDue) {
    throw new SocketIOError(
      'session_unproved',
      `The credentials of user ${proof.uid} changed. Renew the token at /web_socketio/token.`,
      { retry: true },
    );
  }
  if (proof.expiresInMs <= 0) {
    throw new SocketIOError(
      'token_expired',
      `The token of user ${proof.uid} has expired. Renew it at /web_socketio/token.`,
      { retry: true },
    );
  }
  return proof;
}

/**
 * The database of a handshake.
 *
 * @throws SocketIOError `database_unknown`, `database_unavailable`
 */
export function findServed<Served extends { readonly gateway: Gateway }>(
  databases: ReadonlyMap<string, Served>,
  db: string | null,
): Served {
  const served = db === null ? undefined : databases.get(db);
  if (served === undefined) {
    throw new SocketIOError(
      'database_unknown',
      `This sidecar does not serve the database ${quote(db)}. Add it to -d, or correct auth.db.`,
    );
  }
  if (!served.gateway.ready) throw unavailable(served.gateway.name);
  return served;
}

/** A database that is missing, or lacks the module. */
export function unavailable(db: string): SocketIOError {
  return new SocketIOError(
    'database_unavailable',
    `The database '${db}' cannot be used now: see the sidecar's log. It is tried again.`,
    { retry: true },
  );
}
