import { SidecarError } from '../api/sidecar-error.ts';
import { OPTIONS } from './options.ts';

const PREFIX = 'WEB_SOCKETIO_';
/** A password may begin and end with anything. */
const VERBATIM = 'WEB_SOCKETIO_DB_PASSWORD';

/**
 * Variables as they are meant: an empty one is an unset one, as in Compose files: `PORT=`. Around our own, spaces and the
 * line ends of Windows mean nothing.
 *
 * Docker's `--env-file` and the lists of Compose files leave quotes where they are. Nothing of ours has any, but a
 * password: a database `"mydb"` would be looked for without end.
 *
 * @throws SidecarError `option_invalid` for a value in quotes
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, given = ''] of Object.entries(env)) {
    const value = name.startsWith(PREFIX) && name !== VERBATIM ? given.trim() : given;
    if (value !== '') result[name] = value;
  }
  for (const { variable } of OPTIONS) {
    const value = result[variable];
    if (variable === VERBATIM || value === undefined || !/^(['"`]).*\1$/s.test(value)) continue;
    throw new SidecarError(
      'option_invalid',
      `The value of ${variable} has quotes around it, which are a part of it here: ${value}. Write it without them.`,
    );
  }
  return result;
}
