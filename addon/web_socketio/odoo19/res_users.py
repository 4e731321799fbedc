# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models
from odoo.exceptions import AccessDenied
from odoo.http import SessionExpiredException
from odoo.tools.misc import consteq

from ..common import token
from ..common.secret import Secret
from ..odoo14.rpc_token import check_token


class ResUsers(models.Model):
    _inherit = 'res.users'

    @api.model
    def _check_uid_passwd(self, uid, passwd):
        """Let a token be the password of a model call by RPC. It opens no login: that is `_check_credentials`."""
        # Before super(), which remembers what it has accepted once: a token must not outlive its row.
        if not token.is_credential(passwd):
            return super()._check_uid_passwd(uid, passwd)
        check_token(self.env(user=uid, su=False), Secret(passwd))

    def _web_socketio_check_session(self, session):
        """Look at what a session depends on in the database itself.

        Odoo's own check, which has run before, is cached and does not see a change that was made by SQL.
        """
        expected = self._session_token_hash_compute(session.sid, self._session_token_get_values())
        # A session that was logged out while it was looked at has none.
        if not expected or not session.session_token or not consteq(expected, session.session_token):
            raise SessionExpiredException('Session expired')
