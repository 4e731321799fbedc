import type pg from 'pg';
import type { SidecarError } from '../../api/sidecar-error.ts';
import { closeClient, destroyClient } from '../connect/connection.ts';
import { dial } from '../connect/dial.ts';
import { nameFailure } from '../connect/failure.ts';
import { linkOf } from '../connect/link.ts';
import type { PostgresOptions } from '../connect/postgres-options.ts';
import { readDeclared } from '../tables/worker-table.ts';
import { type CheckedDatabase, checkDatabase } from './database-check.ts';

/** What was found out about one database. */
export interface DatabaseFacts {
  readonly name: string;
  /** Such as `15.18`; null if nobody answered. */
  readonly version: string | null;
  /** The addons installed there; null if that is not known, or web_socketio is not among them. */
  readonly installed: ReadonlySet<string> | null;
  /** The version of web_socketio's tables; null if it is not known, or does not fit. */
  readonly schema: number | null;
  /** Which server answers, and whether the connection is encrypted; null if there is none. */
  readonly link: string | null;
  /** The address at which a browser was last given a token there, such as `https://erp.example.com`; null if none is known. */
  readonly origin: string | null;
  /** What its Python workers declared lately: as each wrote it. */
  readonly declared: readonly unknown[];
  /** Why the sidecar could not serve it. */
  readonly error: SidecarError | null;
}

/** All questions together may take so long. */
const PROBE_MS = 10_000;
const NEWEST_ORIGIN = `
SELECT origin FROM web_socketio_session
WHERE origin IS NOT NULL AND issuer = (SELECT web_socketio_identity()) ORDER BY expires DESC LIMIT 1`;

/** Finds out whether a database can be served, in bounded time. Writes nothing, listens to nothing for long, never throws. */
export async function probeDatabase(options: PostgresOptions, name: string): Promise<DatabaseFacts> {
  let client: pg.Client | null = null;
  const timer = setTimeout(() => client !== null && destroyClient(client), PROBE_MS);
  const found: CheckedDatabase = { version: null, installed: null, schema: null };
  let link: string | null = null;
  let origin: string | null = null;
  let declared: readonly unknown[] = [];
  try {
    client = await dial(options, name);
    link = linkOf(client);
    await checkDatabase(client, name, () => dial(options, name), found);
    origin = (await client.query<{ origin: string }>(NEWEST_ORIGIN)).rows[0]?.origin ?? null;
    declared = await readDeclared(client);
    return { name, ...found, link, origin, declared, error: null };
  } catch (error) {
    return { name, ...found, link, origin, declared, error: nameFailure(error, name) };
  } finally {
    clearTimeout(timer);
    if (client !== null) await closeClient(client);
  }
}
