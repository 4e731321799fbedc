# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from openerp.exceptions import AccessDenied
from openerp.modules.registry import RegistryManager
from openerp.osv import osv

from ..common import token


class res_users(osv.osv):
    _inherit = 'res.users'

    def check(self, db, uid, passwd):
        """Let a token be the password of a model call by RPC."""
        # Before super(), which remembers what it has accepted once: a token must not outlive its row.
        if not token.is_token(passwd):
            return super(res_users, self).check(db, uid, passwd)
        with RegistryManager.get(db).cursor() as cr:
            if token.find(cr, passwd) != uid:
                raise AccessDenied()

    def check_credentials(self, cr, uid, password):
        """Refuse tokens: what is accepted here opens a log-in."""
        if token.is_token(password):
            raise AccessDenied()
        return super(res_users, self).check_credentials(cr, uid, password)

    def change_password(self, cr, uid, old_passwd, new_passwd, context=None):
        """Refuse tokens: OpenERP asks `check`, but only a password is to change a password."""
        if token.is_token(old_passwd):
            raise AccessDenied()
        return super(res_users, self).change_password(cr, uid, old_passwd, new_passwd, context=context)

    def _web_socketio_check_session(self, cr, uid, login, password):
        """Look at login, password and active in the database itself; raise AccessDenied.

        OpenERP's own check is cached: each process goes on accepting the password that it has accepted last.
        """
        cr.execute('SELECT login FROM res_users WHERE id = %s AND active', [uid])
        row = cr.fetchone()
        # auth_ldap takes a login in whatever case.
        if not row or row[0].lower() != login.lower():
            raise AccessDenied()
        # Not check_credentials alone: auth_openid, for one, extends check. Odoo 8.0 has another name for the cache.
        for cache in ('_uid_cache', '_res_users__uid_cache'):
            getattr(self, cache, {}).get(cr.dbname, {}).pop(uid, None)
        self.check(cr.dbname, uid, password)
