import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findServerModules } from '../../../sidecar/src/modules/discovery.ts';

it('finds the server modules of addons for every series: by either manifest, or both, and not without one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'web_socketio-discovery-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const path of [
    ...['of_2013/__openerp__.py', 'of_2013/socketio/index.ts'],
    ...['of_today/__manifest__.py', 'of_today/socketio/index.ts'],
    ...['of_both/__openerp__.py', 'of_both/__manifest__.py', 'of_both/socketio/index.js'],
    ...['without_module/__openerp__.py', 'no_addon/socketio/index.ts'],
  ]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), '');
  }
  const found = findServerModules([folder], ({ message }) => expect.unreachable(message));
  expect(found.map(({ addon }) => addon)).toEqual(['of_2013', 'of_both', 'of_today']);
});
