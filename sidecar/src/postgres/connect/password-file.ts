import { open } from 'node:fs/promises';
import { isSocketFolder, SOCKET_FOLDERS } from './address.ts';

/** What a line of the file is looked for by. */
export interface PasswordKey {
  readonly host: string | undefined;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** What was found in it; or why it was left aside. */
export interface PasswordFound {
  readonly password: string | undefined;
  readonly problem?: string;
}

/** One field, to the next colon that has no backslash before it. */
const FIELD = /((?:\\.|[^:\\])*\\?)(?::|$)/sy;

/**
 * Looks a password up as libpq does: https://www.postgresql.org/docs/current/libpq-pgpass.html
 *
 * pg's own package `pgpass` is not used: it looks into the environment by itself, takes what follows a colon for a part
 * of the password, knows no `*` for the port, and drops the last character of some lines.
 *
 * @param file one that is not there holds nothing; one that others may read is left aside
 */
export async function findPassword(file: string, key: PasswordKey): Promise<PasswordFound> {
  try {
    const handle = await open(file);
    try {
      const found = await handle.stat();
      if (!found.isFile()) return { password: undefined, problem: `'${file}' is not a file` };
      if ((found.mode & 0o077) !== 0) {
        return {
          password: undefined,
          problem: `'${file}' was left aside, since others may read it: chmod 600`,
        };
      }
      return { password: searchPassword(await handle.readFile('utf8'), key) };
    } finally {
      await handle.close();
    }
  } catch {
    return { password: undefined };
  }
}

/** The password of the first line that fits. */
export function searchPassword(text: string, key: PasswordKey): string | undefined {
  const wanted = [hostName(key.host), `${key.port}`, key.database, key.user];
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) continue;
    const fields = split(line.replace(/\r$/, ''));
    const fits = wanted.every((value, index) => {
      const field = fields[index];
      return field !== undefined && (field === '*' || plain(field) === value);
    });
    const password = fields[4];
    if (fits && password !== undefined) return plain(password);
  }
  return undefined;
}

/** The file knows the usual socket as localhost. */
function hostName(host: string | undefined): string {
  if (host === undefined) return 'localhost';
  return isSocketFolder(host) && SOCKET_FOLDERS.includes(host) ? 'localhost' : host;
}

function split(line: string): string[] {
  const fields: string[] = [];
  FIELD.lastIndex = 0;
  while (FIELD.lastIndex < line.length) fields.push(FIELD.exec(line)?.[1] ?? '');
  return fields;
}

function plain(field: string): string {
  return field.replace(/\\(.)/gs, '$1');
}
