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
