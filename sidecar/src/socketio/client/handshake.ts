import { hash } from 'node:crypto';
import { quote } from '../../api/error.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
import type { SessionKeys } from '../auth.ts';
import type { CheckState, Gateway, Proof } from '../gateway.ts';

/** By what a client proves who it is. */
export interface Offer {
  readonly token: string | null;
  readonly session: SessionKeys | null;
  /** The address at which Odoo is for this client; null if it is not known. */
  readonly origin: string | null;
}

/**
 * Has Odoo look at a session that is not good by its row, or was not looked at for long.
 * @returns what it said, so that the row may be another one; null if it did not, or need not be asked
 */
export type Recheck = (token: string, proof: Proof) => Promise<CheckState | null> | null;

/** A token with its row, found good. */
export interface Proved {
  readonly gateway: Gateway;
  readonly token: string;
  readonly proof: Proof;
}

/**
 * Looks at a token, or gets one for a session id; null if neither was offered.
 *
 * @throws SidecarError what `prove` throws, and what the exchange of a session id does
 */
export async function proveOffer(gateway: Gateway, offer: Offer, recheck: Recheck): Promise<Proved | null> {
  if (offer.token !== null) return await prove(gateway, offer.token, recheck);
  if (offer.session === null) return null;
  const token = await gateway.exchange({ ...offer.session, origin: offer.origin });
  return await prove(gateway, token, recheck);
}

/**
 * Looks a token up.
 *
 * @throws SidecarError what `judge` throws, `database_unavailable`
 */
export async function prove(gateway: Gateway, token: string, recheck: Recheck): Promise<Proved> {
  const tokenHash = hashToken(token);
  const found = await find(gateway, tokenHash);
  const checking = found === undefined ? null : recheck(token, found);
  // Hardly ever: nothing is waited for that need not be, since each promise is one for every page that comes.
  const state = checking === null ? null : await checking;
  const row = state === null ? found : await find(gateway, tokenHash);
  if (row !== undefined) believe(state, row);
  return { gateway, token, proof: judge(row) };
}

/** By what the row of a token is found: SHA-256, hex. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}

function find(gateway: Gateway, tokenHash: string): Promise<Proof | undefined> {
  return gateway.findProof(tokenHash).catch((cause: unknown) => {
    throw new SidecarError(
      'database_unavailable',
      `The database '${gateway.name}' cannot be read now. It is tried again.`,
      { cause },
    );
  });
}

/**
 * Is the row of a token good? The token itself is never quoted: it is a secret.
 *
 * @throws SidecarError `token_unknown`, `token_expired`, `session_ended`, `session_locked`, `session_unproved`
 */
export function judge(proof: Proof | null | undefined): Proof {
  if (proof === undefined || proof === null) {
    throw new SidecarError(
      'token_unknown',
      'This database does not know the token. Ask /web_socketio/token for a new one.',
    );
  }
  if (proof.ended) throw ended(proof.uid);
  // Before what waiting would settle: of an expired token nobody is asked any more.
  if (proof.expiresInMs <= 0) {
    throw new SidecarError(
      'token_expired',
      `The token of user ${proof.uid} has expired. Renew it at /web_socketio/token.`,
      { user: proof.uid },
    );
  }
  if (proof.locked) throw locked(proof.uid);
  if (proof.proofDue) {
    throw new SidecarError(
      'session_unproved',
      `The credentials of user ${proof.uid} changed. Renew the token at /web_socketio/token.`,
      { user: proof.uid },
    );
  }
  return proof;
}

/**
 * What Odoo has said counts, even if it could not write that into the row: somebody else may hold it for minutes.
 *
 * @throws SidecarError `session_ended`, `session_locked`
 */
export function believe(state: CheckState | null, { uid }: Proof): void {
  if (state === 'over') throw ended(uid);
  if (state === 'locked') throw locked(uid);
}

/**
 * The database of a handshake.
 *
 * @throws SidecarError `database_unknown`, `database_unavailable`
 */
export function findServed<Served extends { readonly gateway: Gateway }>(
  databases: ReadonlyMap<string, Served>,
  db: string | null,
): Served {
  const served = db === null ? undefined : databases.get(db);
  if (served === undefined) {
    throw new SidecarError(
      'database_unknown',
      `This sidecar does not serve the database ${quote(db)}. Add it to -d, or correct auth.db.`,
    );
  }
  if (!served.gateway.ready) throw unavailable(served.gateway.name);
  return served;
}

/** A database that is missing, or lacks the module. */
export function unavailable(db: string): SidecarError {
  return new SidecarError(
    'database_unavailable',
    `The database '${db}' cannot be used now: see the sidecar's log. It is tried again.`,
  );
}

/** A connection is of one session, and so of one database. */
export function otherDatabase(known: string, db: string): SidecarError {
  return new SidecarError(
    'session_mismatch',
    `This connection belongs to a session of the database '${known}', and not of '${db}'. Open another connection.`,
  );
}

function ended(uid: number): SidecarError {
  return new SidecarError('session_ended', `The session of user ${uid} has ended. Log in again.`, {
    user: uid,
  });
}

function locked(uid: number): SidecarError {
  return new SidecarError(
    'session_locked',
    `The session of user ${uid} is locked. The page comes back by itself when it is unlocked.`,
    { user: uid },
  );
}
