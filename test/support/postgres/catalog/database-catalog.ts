import type { OpenERPServer } from '../../../contract/openerp-server.ts';

/** Everything that was made in a database, in whichever schema. */
export async function readCatalog(server: Pick<OpenERPServer, 'sql'>): Promise<string[]> {
  const rows = await server.sql(`
    WITH ours AS (
      SELECT oid FROM pg_namespace WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'
    )
    SELECT format('relation %s %s', relkind, oid::regclass) AS entry
      FROM pg_class WHERE relnamespace IN (SELECT oid FROM ours)
    UNION ALL SELECT format('function %s', oid::regprocedure) FROM pg_proc WHERE pronamespace IN (SELECT oid FROM ours)
    UNION ALL SELECT format('trigger %s on %s', tgname, tgrelid::regclass) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT format('constraint %s on %s', conname, conrelid::regclass) FROM pg_constraint
    UNION ALL SELECT format('type %s', oid::regtype) FROM pg_type WHERE typnamespace IN (SELECT oid FROM ours)
    UNION ALL SELECT format('rule %s', rulename) FROM pg_rewrite
    UNION ALL SELECT format('column %s.%s', attrelid::regclass, attname) FROM pg_attribute
      JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace IN (SELECT oid FROM ours) AND NOT attisdropped
    ORDER BY 1`);
  return rows.map((row) => String(row['entry']));
}
