import { TickBatch } from '../../lib/tick-batch.ts';
import { type Runner, run } from '../connect/pool.ts';
import { Statement, type TextRow, textOf } from '../connect/statement.ts';

/** What a token's row says. */
export interface SessionRow {
  readonly uid: number;
  /** Hex. The same for all pages of one Odoo session. */
  readonly sessionHash: string;
  readonly context: Readonly<Record<string, unknown>>;
  /** The address at which its browser reached Odoo, such as `https://erp.example.com`; null if unknown. */
  readonly origin: string | null;
  /** Milliseconds since Odoo last agreed that the session is good; null if it cannot be asked. */
  readonly checkedAgoMs: number | null;
  /** Odoo answers nobody in this session at present. */
  readonly locked: boolean;
  /** Milliseconds until the token expires by PostgreSQL's clock; negative if it has. */
  readonly expiresInMs: number;
  readonly proofDue: boolean;
  readonly ended: boolean;
}

/** Never `sealed`, which the sidecar's role may not read. Tokens that another database issued are unknown in this one. */
const SELECT = new Statement(
  'web_socketio_sessions',
  `
SELECT encode(token_sha256, 'hex') AS token, uid::text AS uid, encode(session_hash, 'hex') AS session_hash, context, origin,
       (EXTRACT(EPOCH FROM clock_timestamp() - checked) * 1000)::float8::text AS checked_ago,
       (EXTRACT(EPOCH FROM expires - clock_timestamp()) * 1000)::float8::text AS expires_in,
       (locked IS NOT NULL)::text AS locked, (proof_due IS NOT NULL)::text AS proof_due, (ended IS NOT NULL)::text AS ended
FROM web_socketio_session
WHERE token_sha256 = ANY(SELECT decode(t, 'hex') FROM unnest($1::text[]) t)
  AND issuer = (SELECT web_socketio_identity())`,
);

/** When many pages come, each of these milliseconds saves queries, and none of them notices it. */
const GATHER = { gatherMs: 5 };

/** The rows of tokens: a thousand handshakes after a restart cost a handful of queries. */
export class SessionTable {
  readonly #rows: TickBatch<SessionRow>;

  constructor(pool: Runner) {
    this.#rows = new TickBatch(async (hashes) => {
      const rows = await run(pool, SELECT, [`{${hashes.join()}}`]);
      return new Map(rows.map((row) => [textOf(row[0]), toSession(row)]));
    }, GATHER);
  }

  /**
   * The row of a token, or undefined if there is none.
   * @param tokenHash SHA-256 of the token, hex
   */
  find(tokenHash: string): Promise<SessionRow | undefined> {
    return this.#rows.ask(tokenHash);
  }
}

function toSession(row: TextRow): SessionRow {
  const [, uid, sessionHash, context, origin = null, checkedAgo = null, expiresIn, ...flags] = row;
  const [locked, proofDue, ended] = flags;
  return {
    uid: Number(textOf(uid)),
    sessionHash: textOf(sessionHash),
    context: parseContext(textOf(context)),
    origin,
    checkedAgoMs: checkedAgo === null ? null : Number(checkedAgo),
    locked: locked === 'true',
    expiresInMs: Number(textOf(expiresIn)),
    proofDue: proofDue === 'true',
    ended: ended === 'true',
  };
}

/** A context that cannot be read is an empty one: it says language, time zone and companies. */
function parseContext(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}
