# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import AccessDenied

from ..common.inspection import IMPERSONATOR
from ..common.token import LIVE, RENEWED
from ..series import module
from . import page_token

request_in = module('rpc_request').request_in

_ACTS_AS_ANOTHER = (
    'While somebody acts as another user, models are called over /web_socketio/call only: by RPC no addon would see '
    'who it is.'
)


def check_token(env, credential):
    """Accept a token as the password of the environment's user, or raise AccessDenied.

    The session is looked at as for every other call of the sidecar, so that addons have their say.

    :param credential: a `Secret`
    """
    with request_in(env):
        row, state, found = page_token.inspection().admit(credential)
    if not row or row.uid != env.uid:
        raise AccessDenied()
    if row.context.get(IMPERSONATOR) or found and found.session and found.session.get(IMPERSONATOR):
        raise AccessDenied(_ACTS_AS_ANOTHER)
    if state not in (LIVE, RENEWED):
        raise AccessDenied()
