import type { SidecarError } from '../../api/sidecar-error.ts';
import type { WaitingPage } from '../../delivery/queue/lease-store.ts';
import type { Queryable } from '../connect/pool.ts';
import { columns } from '../read/message-reader.ts';
import { type MessageRow, toArrivals } from '../read/message-row.ts';

/** So many characters of JSON are read at a time, and the message with which they are more. */
const PAGE_CHARACTERS = 4 * 1024 * 1024;
const WAITING = {
  name: 'web_socketio_waiting',
  // "m.id", since a bare "id" would be the text that the columns call so: 9000 came after 11499, and was never read.
  text: `
SELECT ${columns('0')}, m.page_rows FROM (
  SELECT *, count(*) OVER ()::int AS page_rows,
    sum(length("values"::text)) OVER (ORDER BY w.id) - length("values"::text) AS before
  FROM (
    SELECT * FROM web_socketio_message q
    WHERE channel = $1 AND id > $2 AND lease IS NULL AND dead IS NULL ORDER BY q.id LIMIT $3
  ) w
) m WHERE before < ${PAGE_CHARACTERS} ORDER BY m.id`,
};
const STILL_WAITING = {
  name: 'web_socketio_still_waiting',
  text: `
SELECT id::text FROM web_socketio_message WHERE id = ANY($1::bigint[]) AND lease IS NULL AND dead IS NULL`,
};

/** Reads the messages of queues that nobody has leased. */
export class WaitingMessages {
  readonly #pool: Queryable;
  readonly #refused: (error: SidecarError) => void;
  #pageRows = Number.POSITIVE_INFINITY;

  /** @param refused told of rows that are not messages */
  constructor(pool: Queryable, refused: (error: SidecarError) => void) {
    this.#pool = pool;
    this.#refused = refused;
  }

  /** A page of a channel's, oldest first. @param limit how many at most: fewer if they are large */
  async page(channel: string, afterId: string, limit: number): Promise<WaitingPage> {
    const asked = Math.min(limit, this.#pageRows);
    const { rows } = await this.#pool.query<MessageRow & { page_rows: number }>({
      ...WAITING,
      values: [channel, afterId, asked],
    });
    const found = rows[0]?.page_rows ?? 0;
    // Of large messages PostgreSQL looks at no more than are read.
    this.#pageRows = rows.length < found ? rows.length : asked * 2;
    const last = rows.length < found || found === asked ? rows.at(-1) : undefined;
    return { arrivals: toArrivals(rows, this.#refused), next: last?.id ?? null };
  }

  /** Which of the messages still wait. */
  async among(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await this.#pool.query<{ id: string }>({ ...STILL_WAITING, values: [ids] });
    return new Set(rows.map(({ id }) => id));
  }
}
