# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
# Makes the users anna and ben; or, where ADMIN_PASSWORD_FILE is set, replaces passwords that everybody knows. Of 9.0 and
# later `odoo shell` runs it and gives `env`; before that it is a program: demo_users.py CONF DATABASE.
import os
import sys
import uuid


def make_users(users):
    for login in ('anna', 'ben'):
        if not users.search([('login', '=', login)]):
            users.create({'name': login.capitalize(), 'login': login, 'password': login})


def replace_passwords(users, cr, path):
    with open(path) as new:
        passwords = {'admin': new.read().strip(), 'anna': str(uuid.uuid4()), 'ben': str(uuid.uuid4())}
    for login, password in passwords.items():
        user = users.search([('login', '=', login)])
        if user and is_known(users, cr, login):
            user.write({'password': password})


def is_known(users, cr, login):
    """Is the password of a user the name, in whatever form this series keeps it?"""
    cr.execute('SELECT * FROM res_users WHERE login = %s', [login])
    row = cr.dictfetchone()
    stored = [row[column] for column in ('password', 'password_crypt') if row.get(column)]
    context = users._crypt_context() if hasattr(users, '_crypt_context') else None
    return any(one == login or context and context.verify(login, one) for one in stored)


def main(users, cr):
    path = os.environ.get('ADMIN_PASSWORD_FILE')
    if path:
        replace_passwords(users, cr, path)
    else:
        make_users(users)
    cr.commit()


class OldUsers(object):
    """`res.users` of OpenERP 7.0 and Odoo 8.0 with what is needed here of later series."""

    def __init__(self, model, cr, ids=()):
        self.model, self.cr, self.ids = model, cr, ids

    def __len__(self):
        return len(self.ids)

    def search(self, domain):
        return OldUsers(self.model, self.cr, self.model.search(self.cr, 1, domain))

    def create(self, values):
        # Without a picture: 7.0 would draw one, which fails with any Pillow of today.
        return self.model.create(self.cr, 1, dict(values, image=False))

    def write(self, values):
        return self.model.write(self.cr, 1, self.ids, values)


if 'env' in globals():
    main(env['res.users'], env.cr)  # noqa: F821
else:
    import openerp
    from openerp.modules.registry import RegistryManager

    openerp.tools.config.parse_config(['-c', sys.argv[1]])
    registry = RegistryManager.get(sys.argv[2])
    cursor = registry.db.cursor() if hasattr(registry, 'db') else registry.cursor()
    main(OldUsers(registry['res.users'], cursor), cursor)
    cursor.close()
