import { SidecarError } from '../../api/sidecar-error.ts';
import { OPTIONS } from '../options/options.ts';

const PREFIX = 'WEB_SOCKETIO_';
/** A password may begin and end with anything. */
const VERBATIM = new Set(OPTIONS.filter(({ secret }) => secret === true).map(({ variable }) => variable));

/**
 * Variables as they are meant: an empty one is an unset one, as in Compose files: `PORT=`. Around our own, spaces and the
 * line ends of Windows mean nothing.
 *
 * Docker's `--env-file` and the lists of Compose files leave quotes where they are. Only a
 * password may have them: the sidecar would look for a database `"mydb"` for ever.
 *
 * @throws SidecarError `option_invalid` for a value in quotes
 */
export function readVariables(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, given = ''] of Object.entries(env)) {
    const value = name.startsWith(PREFIX) && !VERBATIM.has(name) ? given.trim() : given;
    if (value !== '') result[name] = value;
  }
  for (const { variable } of OPTIONS) {
    const value = result[variable];
    if (VERBATIM.has(variable) || value === undefined || !/^(['"`]).*\1$/s.test(value)) continue;
    throw new SidecarError(
      'option_invalid',
      `Remove the quotes around the value of ${variable}: they would be part of it (${value}).`,
    );
  }
  return result;
}
