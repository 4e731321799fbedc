import { SidecarError } from '../../api/sidecar-error.ts';

/** A key of a service, and the line that it stands in. */
export interface ServiceKey {
  readonly value: string;
  readonly line: number;
}

/**
 * What a connection service file says of one service: https://www.postgresql.org/docs/current/libpq-pgservice.html
 * As in libpq, what is around `=` belongs to key and value, and of two lines with one key the first counts.
 *
 * @param name the file, for messages
 * @returns null if it does not have that service
 * @throws SidecarError `config_invalid`, naming file and line, never its text, which may be a password
 */
export function parseServiceFile(
  text: string,
  service: string,
  name: string,
): Map<string, ServiceKey> | null {
  let found: Map<string, ServiceKey> | null = null;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[')) {
      if (found !== null) return found;
      if (line.startsWith(`[${service}]`)) found = new Map();
      continue;
    }
    if (found === null) continue;
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(line) ?? [];
    if (key === undefined || value === undefined || line.startsWith('ldap')) {
      throw new SidecarError(
        'config_invalid',
        `Line ${index + 1} of '${name}' is not 'key=value' (services from LDAP are not supported). Correct it.`,
      );
    }
    if (!found.has(key)) found.set(key, { value, line: index + 1 });
  }
  return found;
}
