import { closestMatch } from 'leven';
import { OPTIONS } from './options.ts';

const PREFIX = 'WEB_SOCKETIO_';
/** Those of nginx's template. */
const OTHERS = /^WEB_SOCKETIO_NGINX_/;
/** More wrong letters than these make another word. */
const MOST_WRONG = 6;

/** What to say of variables that look like ours and mean nothing: most likely a slip of the pen. */
export function findUnknownVariables(names: readonly string[]): string[] {
  const known = OPTIONS.map(({ variable }) => variable);
  return names
    .filter((name) => name.startsWith(PREFIX) && !OTHERS.test(name) && !known.includes(name))
    .map((name) => {
      const nearest = closestMatch(name, known, { maxDistance: MOST_WRONG });
      const advice =
        nearest === undefined ? 'See web_socketio --help for those that do.' : `Did you mean ${nearest}?`;
      return `option_unknown: The variable ${name} means nothing here. ${advice}`;
    });
}
