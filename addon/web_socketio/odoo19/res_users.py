# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models
from odoo.exceptions import AccessDenied
from odoo.http import SessionExpiredException
from odoo.tools.misc import consteq

from ..common import token

class ResUsers(models.Model):
    _inherit = 'res.users'

    @api.model
    def _check_uid_passwd(self, uid, passwd):
        """Let a token be the password of a model call by RPC. It opens no login: that is `_check_credentials`."""
        # Before super(), which remembers what it has accepted once: a token must not outlive its row.
        if not token.is_token(passwd):
            return super()._check_uid_passwd(uid, passwd)
        if token.find(self.env.cr, passwd) != uid:
            raise AccessDenied()

    def _web_socketio_check_session(self, session):
        """Look at login, password and active in the database itself.

        Odoo's own check, which has run before, is cached and does not see a change that was made by SQL.
        """
        expected = self._session_token_hash_compute(session.sid, self._session_token_get_values())
        if not expected or not consteq(expected, session.session_token):
            raise SessionExpiredException('Session expired')
