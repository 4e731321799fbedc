# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models
from odoo.exceptions import AccessDenied
from odoo.http import SessionExpiredException, request
from odoo.tools import SQL
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
        known = getattr(request, '_web_socketio_token_values', {})
        values = known[self.id] if self.id in known else self._session_token_get_values()
        expected = self._session_token_hash_compute(session.sid, values)
        # A session that was logged out while it was looked at has none.
        if not expected or not session.session_token or not consteq(expected, session.session_token):
            raise SessionExpiredException('Session expired')

    @api.model
    def _web_socketio_read_token_values(self, uids):
        """Return what `_session_token_get_values` gives for each of many users, by their ids, out of one statement.

        None for all of them where an addon has made the statement, or the method, one of a single user.
        """
        if not uids:
            return {}
        params = self.browse(next(iter(uids)))._get_session_token_query_params()
        where = params.pop('where')
        overrides = [cls for cls in type(self).mro() if '_session_token_get_values' in vars(cls)]
        if where.code != 'res_users.id = %s' or any(part.params for part in params.values()) or len(overrides) > 1:
            return {}
        self.env.cr.execute(SQL(
            'SELECT %(select)s FROM %(from)s %(joins)s WHERE res_users.id = ANY(%(ids)s) GROUP BY %(group_by)s',
            ids=list(uids), **params,
        ))
        names = [column.name for column in self.env.cr.description]
        place = names.index('id')
        return {row[place]: tuple(zip(names, row)) for row in self.env.cr.fetchall()}
