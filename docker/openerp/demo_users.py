# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
# Makes the users anna and ben, or gives admin a password of its own. Of 9.0 and later `odoo shell` runs it and gives
# `env`; before that it is a program: demo_users.py CONF DATABASE.
import os
import sys


def change_users(users):
    path = os.environ.get('ADMIN_PASSWORD_FILE')
    if path:
        with open(path) as password:
            users.search([('login', '=', 'admin')]).write({'password': password.read().strip()})
        return
    for login in ('anna', 'ben'):
        if not users.search([('login', '=', login)]):
            users.create({'name': login.capitalize(), 'login': login, 'password': login})


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
    change_users(env['res.users'])  # noqa: F821
    env.cr.commit()  # noqa: F821
else:
    import openerp
    from openerp.modules.registry import RegistryManager

    openerp.tools.config.parse_config(['-c', sys.argv[1]])
    registry = RegistryManager.get(sys.argv[2])
    cr = registry.db.cursor() if hasattr(registry, 'db') else registry.cursor()
    change_users(OldUsers(registry['res.users'], cr))
    cr.commit()
    cr.close()
