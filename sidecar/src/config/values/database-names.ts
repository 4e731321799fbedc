import { SidecarError } from '../../api/sidecar-error.ts';
import type { ValueType } from './value-type.ts';

/** The names of databases, each once; see {@link readDatabaseNames}. */
export const DATABASE_NAMES: ValueType<readonly string[]> = {
  expects: 'names with commas between them',
  parse(text) {
    // A connection string would be taken for a name, and its password stand in the log.
    if (!text.includes('://')) return readDatabaseNames(text);
    throw new SidecarError(
      'option_invalid',
      'A database is given by its name alone: give -d mydb, and where PostgreSQL is by WEB_SOCKETIO_DB_HOST and the like.',
    );
  },
  show: (value) => value.join(', '),
};

/**
 * The databases of a list. One name alone is taken as it is, spaces included, since a database may be called so. With
 * commas or new lines between them, white space around a name belongs to the list. What stands in double quotes is a name
 * as it is, with `""` for one of them, as in SQL: so a name of a list may begin with a space, and any may hold a comma.
 */
export function readDatabaseNames(text: string): string[] {
  if (text.trim() === '') return [];
  if (!/[,"\n]/.test(text)) return [text];
  const names = [...text.matchAll(/\s*(?:"((?:[^"]|"")*)"\s*(?=[,\n]|$)|([^,\n]*))(?:[,\n]|$)/g)].map(
    ([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain.trim(),
  );
  return [...new Set(names.filter((name) => name !== ''))];
}
