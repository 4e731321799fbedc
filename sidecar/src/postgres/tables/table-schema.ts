import type pg from 'pg';
import { SidecarError } from '../../api/sidecar-error.ts';

/** The schemas in which the tables are; null for one that is nowhere. */
export interface FoundTables {
  /** Of the tables of web_socketio. */
  readonly own: string | null;
  /** Of `ir_module_module`. */
  readonly modules: string | null;
}

const OWN = 'web_socketio_message';
const MODULES = 'ir_module_module';

interface Place {
  readonly schema: string;
  /** The role's search_path leads there. */
  readonly resolved: boolean;
}

/** By the catalogue, which everybody may read: to_regclass sees only what the role's own search_path leads to. */
const PLACES = `
SELECT n.nspname AS schema, c.oid IS NOT DISTINCT FROM to_regclass(quote_ident($1)) AS resolved
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = $1 AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't' ORDER BY n.nspname`;

/**
 * Finds the tables, whichever schema they are in: Odoo's role may have a search_path that the sidecar's has not.
 * @throws SidecarError `schema_ambiguous` if there are several and the role's search_path leads to none of them
 */
export async function findTables(client: pg.ClientBase, database: string): Promise<FoundTables> {
  const own = choose(await placesOf(client, OWN), database, OWN, null);
  return { own, modules: choose(await placesOf(client, MODULES), database, MODULES, own) };
}

async function placesOf(client: pg.ClientBase, table: string): Promise<readonly Place[]> {
  return (await client.query<Place>(PLACES, [table])).rows;
}

function choose(
  places: readonly Place[],
  database: string,
  table: string,
  beside: string | null,
): string | null {
  const [first] = places;
  if (first === undefined) return null;
  const chosen =
    places.length === 1
      ? first
      : (places.find(({ schema }) => schema === beside) ?? places.find(({ resolved }) => resolved));
  if (chosen !== undefined) return chosen.schema;
  throw new SidecarError(
    'schema_ambiguous',
    `The table ${table} is in several schemas of '${database}': ${places.map(({ schema }) => schema).join(', ')}. Say which is Odoo's: ALTER ROLE of the sidecar IN DATABASE ${database} SET search_path = that schema.`,
  );
}
