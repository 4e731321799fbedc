# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import inspect

from odoo import api, models
from odoo.http import SessionExpiredException
from odoo.tools.misc import consteq

from ..common import token
from ..common.secret import Secret
from .rpc_token import check_token


class ResUsers(models.Model):
    _inherit = 'res.users'

    @classmethod
    def check(cls, db, uid, passwd):
        """Let a token be the password of a model call by RPC. It opens no login: that is `_check_credentials`."""
        # Before super(), which remembers what it has accepted once: a token must not outlive its row. And before
        # two-factor authentication, which takes no passwords by RPC: the session that got the token has passed it.
        if not token.is_credential(passwd):
            return super().check(db, uid, passwd)
        with cls.pool.cursor() as cr:
            check_token(api.Environment(cr, uid, {}), Secret(passwd))

    def _web_socketio_check_session(self, session):
        """Look at login, password and active in the database itself.

        Odoo's own check, which has run before, is cached and does not see a change that was made by SQL.
        """
        uncached = inspect.unwrap(type(self)._compute_session_token)
        expected = uncached(self, session.sid)
        # A session that was logged out while it was looked at has none.
        if not expected or not session.session_token or not consteq(expected, session.session_token):
            raise SessionExpiredException('Session expired')
