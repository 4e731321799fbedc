import { afterAll, beforeAll, expect, it } from 'vitest';
import { docker } from './support/docker.ts';
import { DATABASE } from './support/person.ts';
import { Stack } from './support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await Stack.make();
});

afterAll(() => stack?.remove());

it('makes users whose passwords everybody knows where only this machine reaches them', async () => {
  await stack.up('openerp');
  for (const login of USERS) expect(await logIn(login, login)).toContain('"uid":');
});

it('lets nobody in with such a password once others reach it, and keeps the new one to OpenERP', async () => {
  // Without nginx nothing is published anywhere.
  await stack.set({ PUBLISH: '0.0.0.0:8080' });
  await stack.up('openerp');
  expect(await stack.logs('openerp')).toMatch(
    /Published on 0\.0\.0\.0:8080: .*; that of admin is in \/var\/lib\/odoo\/admin_password of this container/,
  );
  for (const login of USERS) expect(await logIn(login, login)).toContain('AccessDenied');
  const openerp = await stack.container('openerp');
  const password = await docker('exec', openerp, 'cat', '/var/lib/odoo/admin_password');
  expect(await logIn('admin', password)).toContain('"uid": 2');
  expect(await docker('exec', openerp, 'stat', '-c', '%a %U', '/var/lib/odoo/admin_password')).toBe(
    '600 odoo',
  );
});

const USERS = ['admin', 'anna', 'ben'];

/** What OpenERP answers, in its own container. */
async function logIn(login: string, password: string): Promise<string> {
  const request = JSON.stringify({ jsonrpc: '2.0', params: { db: DATABASE, login, password } });
  const url = 'http://127.0.0.1:8069/web/session/authenticate';
  const openerp = await stack.container('openerp');
  return docker('exec', openerp, 'curl', '-s', '-H', 'Content-Type: application/json', '-d', request, url);
}
