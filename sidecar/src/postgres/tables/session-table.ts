import { TickBatch } from '../../lib/tick-batch.ts';
import type { ConnectionPool } from '../connect/pool.ts';

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

interface Row {
  readonly token: string;
  readonly uid: number;
  readonly session_hash: string;
  readonly context: string;
  readonly origin: string | null;
  readonly checked_ago: number | null;
  readonly locked: boolean;
  readonly expires_in: number;
  readonly proof_due: boolean;
  readonly ended: boolean;
}

/** Never `sealed`, which the sidecar's role may not read. Tokens that another database issued are unknown in this one. */
const SELECT = {
  name: 'web_socketio_sessions',
  text: `
SELECT encode(token_sha256, 'hex') AS token, uid, encode(session_hash, 'hex') AS session_hash, context, origin,
       (EXTRACT(EPOCH FROM clock_timestamp() - checked) * 1000)::float8 AS checked_ago,
       (EXTRACT(EPOCH FROM expires - clock_timestamp()) * 1000)::float8 AS expires_in,
       locked IS NOT NULL AS locked, proof_due IS NOT NULL AS proof_due, ended IS NOT NULL AS ended
FROM web_socketio_session
WHERE token_sha256 = ANY(SELECT decode(t, 'hex') FROM unnest($1::text[]) t)
  AND issuer = (SELECT web_socketio_identity())`,
};

/** When many pages come, each of these milliseconds saves queries, and none of them notices it. */
const GATHER = { gatherMs: 2 };

/** The rows of tokens: a thousand handshakes after a restart cost a handful of queries. */
export class SessionTable {
  readonly #rows: TickBatch<SessionRow>;

  constructor(pool: ConnectionPool) {
    this.#rows = new TickBatch(async (hashes) => {
      const { rows } = await pool.query<Row>({ ...SELECT, values: [hashes] });
      return new Map(rows.map((row) => [row.token, toSession(row)]));
    }, GATHER);
  }

  /**
   * The row of a token, or null if there is none.
   * @param tokenHash SHA-256 of the token, hex
   */
  async find(tokenHash: string): Promise<SessionRow | null> {
    return (await this.#rows.ask(tokenHash)) ?? null;
  }
}

function toSession(row: Row): SessionRow {
  return {
    uid: row.uid,
    sessionHash: row.session_hash,
    context: parseContext(row.context),
    origin: row.origin,
    checkedAgoMs: row.checked_ago,
    locked: row.locked,
    expiresInMs: row.expires_in,
    proofDue: row.proof_due,
    ended: row.ended,
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
