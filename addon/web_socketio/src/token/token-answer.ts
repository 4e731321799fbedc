/** A token as this page holds it. */
export interface Token {
  db: string;
  uid: number;
  token: string;
  /** Names the token to Odoo, and opens nothing; undefined from a server that gives none. */
  handle: string | undefined;
  /** The sidecar's address, if it is not the page's own. */
  url: string | undefined;
}

/** What the token route answers; without the token if the page sent its handle. */
export type TokenAnswer = Omit<Token, 'token'> & { token: string | undefined };

/** Reads what the token route answered. @throws Error if that does not say who the page is, or which token it has */
export function readTokenAnswer(answer: unknown): TokenAnswer {
  if (typeof answer !== 'object' || answer === null) throw unusable(answer);
  const fields: Record<string, unknown> = { ...answer };
  const { db, uid } = fields;
  const [token, handle, url] = ['token', 'handle', 'url'].map((name) => textOf(fields[name]));
  if (typeof db !== 'string' || typeof uid !== 'number') throw unusable(answer);
  if (token === undefined && handle === undefined) throw unusable(answer);
  return { db, uid, token, handle, url };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Names only the fields: the answer may hold a token, and errors end up in logs. */
function unusable(answer: unknown): Error {
  const shape =
    typeof answer === 'object' && answer !== null ? Object.keys(answer).join(', ') : typeof answer;
  return new Error(`the token route answered without a usable db, uid and token (got: ${shape})`);
}
