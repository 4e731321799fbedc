import { readdir, readFile, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { callByToken, userWithToken } from '../contract/openerp-server.ts';
import { useOdoo } from '../support/odoo/odoo-fixture.ts';
import { postJson } from '../support/odoo/odoo-rpc.ts';

const odoo = useOdoo(['web_socketio_test']);
const folder = () => join(dirname(odoo().configFile), 'data/sessions');
const LONG_AGO = new Date('2026-01-01');

it('The token route leaves the file of its session as it is: neither its content nor its age changes', async () => {
  const { session, token } = await userWithToken(odoo(), 'rosa');
  const file = join(folder(), `werkzeug_${session.sessionId}.sess`);
  const before = await readFile(file);
  await utimes(file, LONG_AGO, LONG_AGO);
  const route = new URL('/web_socketio/token', odoo().url);
  const { headers } = await postJson(route, { token }, { ...session.headers, 'Accept-Language': 'de-DE' });
  expect(headers.getSetCookie()).toEqual([]);
  expect(await readFile(file)).toEqual(before);
  expect((await stat(file)).mtime).toEqual(LONG_AGO);
});

it('A call of the sidecar leaves no file of a session behind', async () => {
  const { token } = await userWithToken(odoo(), 'carl');
  const before = await readdir(folder());
  await callByToken(odoo(), token, 'res.users', 'context_get');
  await callByToken(odoo(), token, 'res.users', 'no_such_method').catch(() => undefined);
  expect(await readdir(folder())).toEqual(before);
});
