import { afterAll, beforeAll, expect, it } from 'vitest';
import { docker } from './docker.ts';
import { DATABASE } from './person.ts';
import { Stack } from './stack.ts';

let stack: Stack;
let openerp: string;

beforeAll(async () => {
  // Without nginx nothing is published anywhere.
  stack = await Stack.make({ PUBLISH: '0.0.0.0:8080' });
  await stack.up('openerp');
  openerp = await stack.container('openerp');
});

afterAll(() => stack?.remove());

it('lets nobody in with a password that everybody can read where others than this machine reach it', async () => {
  expect(await stack.logs('openerp')).toMatch(
    /Published on 0\.0\.0\.0:8080: the password of admin is in \/var\/lib\/odoo\/admin_password of this container/,
  );
  const password = await docker('exec', openerp, 'cat', '/var/lib/odoo/admin_password');
  expect(await logIn('admin', password)).toContain('"uid": 2');
  for (const login of ['admin', 'anna', 'ben']) expect(await logIn(login, login)).toContain('AccessDenied');
});

it('keeps that password from other users of the container', async () => {
  expect(await docker('exec', openerp, 'stat', '-c', '%a %U', '/var/lib/odoo/admin_password')).toBe(
    '600 odoo',
  );
});

/** What OpenERP answers, in its own container. */
function logIn(login: string, password: string): Promise<string> {
  const request = JSON.stringify({ jsonrpc: '2.0', params: { db: DATABASE, login, password } });
  const url = 'http://127.0.0.1:8069/web/session/authenticate';
  return docker('exec', openerp, 'curl', '-s', '-H', 'Content-Type: application/json', '-d', request, url);
}
