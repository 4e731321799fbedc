# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from openerp.exceptions import AccessDenied
from openerp.modules.registry import RegistryManager
from openerp.osv import osv

from ..common import token
from ..common.secret import Secret
from . import session_look


class res_users(osv.osv):
    _inherit = 'res.users'

    def check(self, db, uid, passwd):
        """Let a token be the password of a model call by RPC, as long as OpenERP itself agrees to its session."""
        # Before super(), which remembers what it has accepted once: a token must not outlive its row.
        if not token.is_credential(passwd):
            return super(res_users, self).check(db, uid, passwd)
        pool = RegistryManager.get(db)
        with pool.cursor() as cr:
            row, state, _look = session_look.inspect(pool, cr).admit(Secret(passwd))
        if not row or row.uid != uid or not row.active or state not in (token.LIVE, token.RENEWED):
            raise AccessDenied()

    def check_credentials(self, cr, uid, password):
        """Refuse tokens: what is accepted here opens a log-in."""
        if token.is_credential(password):
            raise AccessDenied()
        return super(res_users, self).check_credentials(cr, uid, password)

    def change_password(self, cr, uid, old_passwd, new_passwd, context=None):
        """Refuse tokens: OpenERP asks `check`, but only a password is to change a password."""
        if token.is_credential(old_passwd):
            raise AccessDenied()
        return super(res_users, self).change_password(cr, uid, old_passwd, new_passwd, context=context)

    def _web_socketio_check_session(self, cr, session):
        """Look at login, password and active of a session in the database itself; raise AccessDenied.

        OpenERP's own check is cached: each process goes on accepting the password that it has accepted last.

        :param session: a LoggedIn
        :return: as `_web_socketio_version`
        """
        version = self._web_socketio_version(cr, session)
        # Not check_credentials alone: auth_openid, for one, extends check. Odoo 8.0 has another name for the cache.
        for cache in ('_uid_cache', '_res_users__uid_cache'):
            getattr(self, cache, {}).get(cr.dbname, {}).pop(session.uid, None)
        self.check(cr.dbname, session.uid, session.password)
        return version

    def _web_socketio_agree(self, cr, session):
        """Ask OpenERP, which may remember the password, and look at login and active; raise AccessDenied.

        :param session: a LoggedIn
        """
        self._web_socketio_version(cr, session)
        self.check(cr.dbname, session.uid, session.password)

    def _web_socketio_version(self, cr, session):
        """Return what is different after each change of the user of a session; raise AccessDenied if nobody has its login.

        :param session: a LoggedIn
        """
        cr.execute('SELECT login, xmin::text FROM res_users WHERE id = %s AND active', [session.uid])
        row = cr.fetchone()
        # auth_ldap takes a login in whatever case.
        if not row or row[0].lower() != session.login.lower():
            raise AccessDenied()
        return row[1]
