import type { LogFields } from './log.ts';
import type { LogEntry } from './log-entry.ts';

/**
 * As Odoo writes them, so that both can be read side by side:
 * `2013-09-08 12:35:19,728 4711 INFO mydb web_socketio: Add namespace: '/longpolling'`.
 */
export function textLine({ date, level, pid, db, code, message, stack, fields }: LogEntry): string {
  // UTC, as Odoo sets for its own process.
  const time = date.toISOString().replace('T', ' ').replace('.', ',').slice(0, 23);
  const parts = [describeSubject(fields), code].filter((part) => part !== null);
  const text = [...parts, message].join(': ');
  return `${time} ${pid} ${level} ${db ?? '?'} web_socketio: ${text}${stack === null ? '' : `\n${stack}`}`;
}

/** Who it is about, such as `/longpolling event 'chat' of addon 'my_addon', user 5`; null if it is about nobody. */
function describeSubject({ path, event, addon, user }: LogFields): string | null {
  const who = user === undefined ? [] : [user === null ? 'no user yet' : `user ${user}`];
  const what = event === undefined ? [] : [`${path} event '${event}' of addon '${addon}'`];
  return [...what, ...who].join(', ') || null;
}
