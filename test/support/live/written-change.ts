import type { TestDatabase } from '../postgres/test-database.ts';

/** What a trigger of a live model says. */
export interface WrittenChange {
  readonly op?: 'create' | 'write' | 'unlink' | 'off';
  readonly model?: string;
  /** None: too many to name. */
  readonly ids?: readonly number[];
  readonly uid?: number | null;
}

/** Commits what the trigger writes, a row for each statement. */
export async function insertChanges(
  database: TestDatabase,
  ...changes: readonly WrittenChange[]
): Promise<void> {
  const rows = changes.map(({ op = 'write', model = 'res.partner', ids, uid = 3 }) => {
    const isMany = ids === undefined;
    const keys = isMany ? [model, `${model},*`] : [model, ...ids.map((id) => `${model},${id}`)];
    return { uid, values: { model, op: isMany && op !== 'off' ? 'many' : op, ids: ids ?? null, keys } };
  });
  await database.query(
    `INSERT INTO web_socketio_message (channel, uid, "values")
     SELECT 'web_live', (row ->> 'uid')::integer, (row ->> 'values')::json FROM json_array_elements($1) AS row`,
    [JSON.stringify(rows)],
  );
}
