import { TickBatch } from '../delivery/tick-batch.ts';
import type { ConnectionPool } from './pool.ts';

/** What a token's row says. */
export interface SessionRow {
  readonly uid: number;
  /** Hex. The same for all pages of one OpenERP session. */
  readonly sessionHash: string;
  readonly context: Readonly<Record<string, unknown>>;
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
  readonly expires_in: number;
  readonly proof_due: boolean;
  readonly ended: boolean;
}

const SELECT = {
  name: 'web_socketio_sessions',
  text: `
SELECT encode(token_sha256, 'hex') AS token, uid, encode(session_hash, 'hex') AS session_hash, context,
       (EXTRACT(EPOCH FROM expires - clock_timestamp()) * 1000)::float8 AS expires_in,
       proof_due IS NOT NULL AS proof_due, ended IS NOT NULL AS ended
FROM web_socketio_session WHERE token_sha256 = ANY(SELECT decode(t, 'hex') FROM unnest($1::text[]) t)`,
};

/** The rows of tokens: a thousand handshakes after a restart cost a handful of queries. */
export class SessionTable {
  readonly #rows: TickBatch<SessionRow>;

  constructor(pool: ConnectionPool) {
    this.#rows = new TickBatch(async (hashes) => {
      const { rows } = await pool.query<Row>({ ...SELECT, values: [hashes] });
      return new Map(rows.map((row) => [row.token, toSession(row)]));
    });
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
    expiresInMs: row.expires_in,
    proofDue: row.proof_due,
    ended: row.ended,
  };
}

/** A context that cannot be read is an empty one: it only says language and time zone. */
function parseContext(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}
