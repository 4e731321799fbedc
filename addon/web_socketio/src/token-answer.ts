/** A token as this page holds it. */
export interface Token {
  db: string;
  uid: number;
  token: string;
  /** Where the sidecar is, if it is not behind the page's own address. */
  url: string | undefined;
  /** By this page's clock. */
  expiresAt: number;
  lifeMs: number;
}

/**
 * Reads what the token route answered; throws when that is not a token.
 *
 * @param askedAt when the request left, since the token's life began before its answer arrived
 */
export function readTokenAnswer(answer: unknown, askedAt: number): Token {
  if (typeof answer !== 'object' || answer === null) throw unusable(answer);
  const fields: Record<string, unknown> = { ...answer };
  const { db, uid, token, expires_in: seconds, url } = fields;
  if (typeof db !== 'string' || typeof uid !== 'number') throw unusable(answer);
  if (typeof token !== 'string' || token === '') throw unusable(answer);
  if (typeof seconds !== 'number' || !(seconds > 0)) throw unusable(answer);
  const lifeMs = seconds * 1_000;
  return {
    db,
    uid,
    token,
    url: typeof url === 'string' && url !== '' ? url : undefined,
    expiresAt: askedAt + lifeMs,
    lifeMs,
  };
}

/** Names the fields only: the answer may hold a token, and errors end in logs. */
function unusable(answer: unknown): Error {
  const shape =
    typeof answer === 'object' && answer !== null ? Object.keys(answer).join(', ') : typeof answer;
  return new Error(`the token route answered without a usable db, uid, token and expires_in (got: ${shape})`);
}
