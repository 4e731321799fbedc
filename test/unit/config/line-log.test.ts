import { expect, it } from 'vitest';
import { LineLog } from '../../../sidecar/src/observability/line-log.ts';

it('writes lines as Odoo does', () => {
  const lines: string[] = [];
  const log = new LineLog((line) => lines.push(line), 4711);
  log.info('mydb', 'Connected');
  log.warn(null, 'module_failed: no');
  expect(lines).toEqual([
    expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} 4711 INFO mydb web_socketio: Connected\n$/),
    expect.stringMatching(/ 4711 WARNING \? web_socketio: module_failed: no\n$/),
  ]);
});

it.each([
  ['Connected', { message: 'Connected' }],
  ["Add namespace: '/a_b: c'", { message: "Add namespace: '/a_b: c'" }],
  ['module_failed: no\n    at x: y', { code: 'module_failed', message: 'no\n    at x: y' }],
  [
    "/longpolling event 'x' of addon 'a', user 2: handler_failed: no",
    { code: 'handler_failed', message: "/longpolling event 'x' of addon 'a', user 2: no" },
  ],
])('writes %j as one line of JSON, with the code of an error apart', (text, said) => {
  const lines: string[] = [];
  new LineLog((line) => lines.push(line), 4711, 'json').error('mydb', text);
  expect(lines).toEqual([expect.stringMatching(/^[^\n]*\n$/)]);
  const { time, ...rest } = JSON.parse(lines[0] ?? '');
  expect(new Date(time).toISOString()).toBe(time);
  expect(rest).toEqual({ level: 'ERROR', pid: 4711, db: 'mydb', ...said });
});
