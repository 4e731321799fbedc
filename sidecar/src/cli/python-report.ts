import type { DatabaseFacts } from '../postgres/check/database-probe.ts';
import { readDeclares } from '../python/declares.ts';

/** What Python workers declared in a database, a row for each namespace, handler and adapter. */
export function pythonRows(databases: readonly DatabaseFacts[]): readonly (readonly string[])[] {
  const rows = databases.flatMap(({ name, declared }) => declared.flatMap((one) => rowsOf(name, one)));
  // Several workers of one database have the same.
  return [...new Map(rows.map((row) => [row.join('\n'), row])).values()];
}

function rowsOf(db: string, declared: unknown): string[][] {
  const { namespaces, handlers, adapters, malformed } = readDeclares(declared);
  return [
    ...namespaces.map(({ path, addon, events }) => [db, path, addon, [...events].join(', ') || 'none']),
    ...handlers.map(({ event, addon, eventtype }) => [
      ...[db, '/longpolling', addon],
      `${eventtype === 'on' ? '' : `${eventtype}: `}${event}`,
    ]),
    ...adapters.map(({ name, addon, channel, mode, key }) => [
      ...[db, `${addon}.${name}`, addon],
      [channel, mode, ...(key === null ? [] : [key])].join(', '),
    ]),
    // Its worker says what it is.
    ...malformed.map(() => [db, 'a declaration that cannot be read', '', '']),
  ];
}
