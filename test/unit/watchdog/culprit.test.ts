import { expect, it } from 'vitest';
import { nameCulprit } from '../../../sidecar/src/observability/watchdog/culprit.ts';
import type { Frame } from '../../../sidecar/src/observability/watchdog/main-thread.ts';

const frame = (file: string, name = 'format'): Frame => ({ name, file, line: 6, column: 4, map: '' });
const MODULE = '/srv/addons/my_addon/socketio/index.ts.cjs';
const handler = { event: 'sum', addon: 'my_addon' };

it.each([
  [`event 'sum' of addon 'my_addon', in format (${MODULE}:7:5)`, handler, [frame(MODULE)]],
  [`code of addon 'my_addon', in format (${MODULE}:7:5)`, null, [frame(MODULE)]],
  [
    `event 'sum' of addon 'other', code of addon 'my_addon', in format (${MODULE}:7:5)`,
    { event: 'sum', addon: 'other' },
    [frame(MODULE)],
  ],
  ['code of no handler, in format (/app/main.js:7:5)', null, [frame('/app/main.js')]],
  ['code of no handler, in format (/app/main.js:7:5)', null, [frame('node:util', ''), frame('/app/main.js')]],
  ['code of no handler, in a function (node:util:7:5)', null, [frame('node:util', '')]],
  ["event 'sum' of addon 'my_addon'", handler, []],
  ['code of no handler', null, []],
])('names who blocks by a subject: %s', (expected, running, frames) => {
  expect(nameCulprit({ handler: running, frames })).toBe(expected);
});
