import { expect, it } from 'vitest';
import { parseOdooConf } from '../../../sidecar/src/config/files/odoo-conf.ts';

it('reads a file as Odoo does: comments, both delimiters, values of several lines, nothing as False or None', () => {
  const conf = parseOdooConf(
    `; the server
[options]
# who
DB_User = openerp
db_password: "it's #1; = no comment"
db_host = False
db_port = None
db_sslmode = false
addons_path = /usr/lib/addons,
    /srv/addons,
  /srv/more
empty =

[queue_job]
db_user = not this one
`,
    'odoo.conf',
  );
  expect([...conf]).toEqual([
    ['db_user', 'openerp'],
    ['db_password', `"it's #1; = no comment"`],
    ['addons_path', '/usr/lib/addons,\n/srv/addons,\n/srv/more'],
  ]);
});

it.each([
  ['[options]\ndb_password secret\n', 2],
  ['db_password = secret\n', 1],
])('names the line it cannot read and never quotes it, since it may be a password', (text, line) => {
  const read = () => parseOdooConf(text, '/etc/odoo/odoo.conf');
  expect(read).toThrow(`Line ${line} of '/etc/odoo/odoo.conf'`);
  expect(read).not.toThrow('secret');
});
