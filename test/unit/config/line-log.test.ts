import { expect, it } from 'vitest';
import { SocketIOError } from '../../../sidecar/src/api/error.ts';
import { LineLog, type LogFormat } from '../../../sidecar/src/observability/line-log.ts';
import type { Log } from '../../../sidecar/src/observability/log.ts';
import type { LogLevel } from '../../../sidecar/src/observability/log-level.ts';

const HANDLER = { path: '/longpolling', event: 'x', addon: 'a', user: 2 };

function lineOf(format: LogFormat, write: (log: Log) => void): string {
  const lines: string[] = [];
  write(new LineLog((line) => lines.push(line), 4711, format));
  expect(lines).toEqual([expect.stringMatching(/\n$/)]);
  return lines.join('').trimEnd();
}

/** What is written, what a text line says of it, and the keys of a JSON line. */
const CASES: [string, (log: Log) => void, string, object][] = [
  [
    'what happens',
    (log) => log.info('mydb', "Add namespace: '/a_b: c'"),
    "INFO mydb web_socketio: Add namespace: '/a_b: c'",
    { level: 'INFO', db: 'mydb', message: "Add namespace: '/a_b: c'" },
  ],
  [
    'a problem without a database',
    (log) => log.error(null, { code: 'module_failed', message: 'no' }),
    'ERROR ? web_socketio: module_failed: no',
    { level: 'ERROR', db: null, code: 'module_failed', message: 'no' },
  ],
  [
    'a handler, and where it failed',
    (log) =>
      log.warn(
        'mydb',
        { code: 'handler_failed', message: 'no' },
        { ...HANDLER, stack: 'Error: no\n  at x: y' },
      ),
    "WARNING mydb web_socketio: /longpolling event 'x' of addon 'a', user 2: handler_failed: no\nError: no\n  at x: y",
    {
      ...{ level: 'WARNING', db: 'mydb', code: 'handler_failed', message: 'no' },
      ...{ ...HANDLER, stack: 'Error: no\n  at x: y' },
    },
  ],
  [
    'a connection whose user is not known yet',
    (log) => log.warn(null, { code: 'client_slow', message: 'It waits.' }, { user: null }),
    'WARNING ? web_socketio: no user yet: client_slow: It waits.',
    { level: 'WARNING', db: null, code: 'client_slow', message: 'It waits.', user: null },
  ],
  [
    "an addon's own error, and what happens next",
    (log) =>
      log.warn('mydb', new SocketIOError('sold_out', 'None left'), { ...HANDLER, next: 'It goes on.' }),
    "WARNING mydb web_socketio: /longpolling event 'x' of addon 'a', user 2: sold_out: None left. It goes on.",
    { level: 'WARNING', db: 'mydb', code: 'sold_out', message: 'None left. It goes on.', ...HANDLER },
  ],
  [
    'a message, which its text names already',
    (log) =>
      log.warn('mydb', { code: 'message_dead', message: '17 of work' }, { channel: 'work', messageId: '17' }),
    'WARNING mydb web_socketio: message_dead: 17 of work',
    {
      ...{ level: 'WARNING', db: 'mydb', code: 'message_dead', message: '17 of work' },
      ...{ channel: 'work', messageId: '17' },
    },
  ],
];

it.each(CASES)('writes %s as Odoo writes its lines', (_what, write, text) => {
  const line = lineOf('odoo', write);
  expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} 4711 /);
  expect(line.slice('2013-09-08 12:35:19,728 4711 '.length)).toBe(text);
});

it('writes what is at least as grave as its level, which is info unless said otherwise', () => {
  const problem = { code: 'module_failed', message: 'no' } as const;
  const words = (least?: LogLevel) => {
    const lines: string[] = [];
    const log = new LineLog((line) => lines.push(line), 1, 'odoo', least);
    log.debug(null, 'Something');
    log.info(null, problem);
    log.warn(null, problem);
    log.error(null, problem);
    return lines.map((line) => line.split(' ')[3]);
  };
  expect(words('debug')).toEqual(['DEBUG', 'INFO', 'WARNING', 'ERROR']);
  expect(words()).toEqual(['INFO', 'WARNING', 'ERROR']);
  expect(words('warn')).toEqual(['WARNING', 'ERROR']);
  expect(words('error')).toEqual(['ERROR']);
});

it.each(CASES)('writes %s as one line of JSON, with a key for each thing', (_what, write, _text, keys) => {
  const line = lineOf('json', write);
  expect(line).not.toContain('\n');
  const { time, ...rest } = JSON.parse(line);
  expect(new Date(time).toISOString()).toBe(time);
  expect(rest).toEqual({ pid: 4711, ...keys });
});
