# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from openerp import SUPERUSER_ID
from openerp.exceptions import Warning as UserError

from ..common import lifetime, token as tokens


def issue(pool, cr, uid, session_id, token):
    """Give a page a token, or extend the one that it has. The caller has proved the session.

    :param session_id: what stays the same as long as the session lives
    :return: what the page gets
    """
    get_param = pool.get('ir.config_parameter').get_param
    try:
        seconds = lifetime.read(get_param(cr, SUPERUSER_ID, lifetime.PARAMETER))
    except ValueError as error:
        raise UserError(str(error))
    context = dict(pool.get('res.users').context_get(cr, uid), uid=uid)
    return {
        'db': cr.dbname,
        'uid': uid,
        'token': tokens.issue(cr, uid, session_id, context, seconds, token),
        'expires_in': seconds,
        'url': get_param(cr, SUPERUSER_ID, 'web_socketio.url') or False,
    }
