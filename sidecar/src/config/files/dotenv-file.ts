import dotenv from 'dotenv';
import { SidecarError } from '../../api/sidecar-error.ts';

/** A line that sets one of our variables, or means to. */
const LINE = /^\s*(?:export\s+)?(WEB_SOCKETIO_\w+)(.*)$/;
/** What begins a comment where no space is before it, unless the value is in quotes. */
const CUT = /^\s*=(?!\s*['"`])(?:[^#]*[^\s#])?#/;

/**
 * Reads the text of a file `.env`.
 *
 * dotenv skips lines that it does not understand, and cuts a value at its `#`: a password would change or be missing
 * without a word.
 *
 * @param name the file, for messages
 * @throws SidecarError `config_invalid`, naming file and line; never the line's value, which may be a password
 */
export function parseDotenv(text: string, name: string): Record<string, string> {
  const values = dotenv.parse(text);
  for (const [index, line] of text.split(/\r\n?|\n/).entries()) {
    const [, variable, rest = ''] = LINE.exec(line) ?? [];
    if (variable === undefined) continue;
    const place = `Line ${index + 1} of '${name}'`;
    if (!/^\s*=/.test(rest)) {
      throw new SidecarError('config_invalid', `${place} is not '${variable}=value'. Correct it.`);
    }
    if (CUT.test(rest) || isCutInQuotes(rest, values[variable])) {
      throw new SidecarError(
        'config_invalid',
        `${place}: the # in the value of ${variable} would begin a comment. Put the value in single quotes, or in backticks if it contains single quotes, and a space before a comment.`,
      );
    }
  }
  return values;
}

/** A value in quotes that has such a quote in it ends there to dotenv, or is none in quotes: its `#` begins a comment. */
function isCutInQuotes(rest: string, value = ''): boolean {
  const quote = /^\s*=\s*(['"`]).*#/.exec(rest)?.[1];
  if (quote === undefined) return false;
  return value.startsWith(quote) || /^\s*=\s*(['"`]).*(?<!\\)\1#/.test(rest);
}
