import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, inject, it } from 'vitest';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const OPENERP = ['web_socketio_schema', 'web_socketio_assets', 'web_socketio_call', 'postgres_notification'];
const OPENERP_MODELS = [...OPENERP, 'res_users', 'ir_module_module'].map((name) => `openerp7.${name}`);
const ODOO14 = ['odoo14.res_users_timeout', 'odoo14.web_socketio_schema'];
const ODOO16 = ['ir_http', 'web_socketio_assets', 'web_socketio_call', 'web_socketio_controller'];
const SCREEN = ['screen', 'process', 'user', 'channel', 'queue_message', 'test_message'].map(
  (name) => `odoo14.operator_${name}`,
);
const REGISTERED = {
  '7.0': [...OPENERP_MODELS, 'openerp7.routes', 'openerp7.web_session'],
  '8.0': [
    ...OPENERP_MODELS.map((path) =>
      path.replace('openerp7.web_socketio_assets', 'odoo8.web_socketio_assets'),
    ),
    ...['odoo8.routes', 'odoo8.web_session'],
  ],
  '14.0': [
    ...ODOO14,
    ...[...ODOO16, 'log_out', 'postgres_notification', 'res_users'].map((name) => `odoo14.${name}`),
    ...SCREEN,
  ],
  '16.0': [
    ...[...ODOO14, ...ODOO16.map((name) => `odoo16.${name}`)],
    ...['odoo14.log_out', 'odoo14.postgres_notification', 'odoo14.res_users', ...SCREEN],
  ],
  '17.0': [
    ...[...ODOO14, ...ODOO16.map((name) => `odoo16.${name}`)],
    ...['odoo17.log_out', 'odoo14.postgres_notification', 'odoo14.res_users', ...SCREEN],
  ],
  '18.0': [
    ...[...ODOO14, ...ODOO16.map((name) => `odoo16.${name}`)],
    ...['odoo17.log_out', 'odoo18.postgres_notification', 'odoo14.res_users', ...SCREEN, 'odoo18.res_device'],
  ],
  '19.0': [
    ...[...ODOO14, ...ODOO16.map((name) => `odoo16.${name}`)],
    ...['odoo17.log_out', 'odoo18.postgres_notification', 'odoo19.res_users', ...SCREEN, 'odoo18.res_device'],
  ],
};

describe.each(inject('pythons'))('In Python $version', ({ command }) => {
  async function registered(...series: string[]): Promise<unknown> {
    const args = [here('registered_modules.py'), here('../../addon/web_socketio'), ...series];
    const { stdout } = await promisify(execFile)(command, args);
    return JSON.parse(stdout);
  }

  it('each series imports, of all modules of one name, the one that was made for it last', async () => {
    expect(await registered(...Object.keys(REGISTERED))).toEqual(REGISTERED);
  });

  it("a version of Odoo's own hosting imports what its series does, and an unknown series nothing", async () => {
    expect(await registered('saas~18.2', '15.0')).toEqual({ 'saas~18.2': REGISTERED['18.0'], '15.0': [] });
  });
});
