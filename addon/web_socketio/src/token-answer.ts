/** A token as this page holds it. */
export interface Token {
  db: string;
  uid: number;
  token: string;
  /** Names the token at OpenERP, and opens nothing; undefined from a server that gives none. */
  handle: string | undefined;
  /** Where the sidecar is, if it is not behind the page's own address. */
  url: string | undefined;
}

/** What the token route answers: without the token itself if that is the one whose handle it was sent. */
export type TokenAnswer = Omit<Token, 'token'> & { token: string | undefined };

/** Reads what the token route answered; throws when that says neither who the page is nor which token is its own. */
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

/** Names the fields only: the answer may hold a token, and errors end in logs. */
function unusable(answer: unknown): Error {
  const shape =
    typeof answer === 'object' && answer !== null ? Object.keys(answer).join(', ') : typeof answer;
  return new Error(`the token route answered without a usable db, uid and token (got: ${shape})`);
}
