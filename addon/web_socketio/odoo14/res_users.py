# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import inspect

from odoo import models
from odoo.exceptions import AccessDenied
from odoo.http import SessionExpiredException
from odoo.tools.misc import consteq

from ..common import token


class ResUsers(models.Model):
    _inherit = 'res.users'

    @classmethod
    def check(cls, db, uid, passwd):
        """Let a token be the password of a model call by RPC. It opens no login: that is `_check_credentials`."""
        # Before super(), which remembers what it has accepted once: a token must not outlive its row. And before
        # two-factor authentication, which takes no passwords by RPC: the session that got the token has passed it.
        if not token.is_token(passwd):
            return super().check(db, uid, passwd)
        with cls.pool.cursor() as cr:
            if token.find(cr, passwd) != uid:
                raise AccessDenied()

    def _web_socketio_check_session(self, session):
        """Look at login, password and active in the database itself.

        Odoo's own check, which has run before, is cached and does not see a change that was made by SQL.
        """
        uncached = inspect.unwrap(type(self)._compute_session_token)
        expected = uncached(self, session.sid)
        if not expected or not consteq(expected, session.session_token):
            raise SessionExpiredException('Session expired')
