import { closestMatch } from 'leven';
import type { Problem } from '../../api/problem.ts';
import { OPTIONS } from '../options/options.ts';

const PREFIX = 'WEB_SOCKETIO_';
/** Those of nginx's template. */
const OTHERS = /^WEB_SOCKETIO_NGINX_/;
/** With more wrong letters than these it is another word. */
const MOST_WRONG = 6;

/** Warnings about variables that look like ours and are unknown: most likely typing errors. */
export function findUnknownVariables(names: readonly string[]): Problem[] {
  const known = OPTIONS.map(({ variable }) => variable);
  return names
    .filter((name) => name.startsWith(PREFIX) && !OTHERS.test(name) && !known.includes(name))
    .map((name) => {
      const nearest = closestMatch(name, known, { maxDistance: MOST_WRONG });
      const advice =
        nearest === undefined ? 'See web_socketio --help for all variables.' : `Did you mean ${nearest}?`;
      return { code: 'option_unknown', message: `Unknown variable ${name}. ${advice}` };
    });
}
