# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Routes for the sidecar alone: it sends no cookie, and a body that Odoo does not parse."""
import json
import logging

from odoo.exceptions import UserError
from odoo.http import request

from ..common import fault
from ..common.inspection import log_failure

_logger = logging.getLogger(__name__)

# readonly=False: a route without login would otherwise be sent to a replica first, and run twice if it writes.
# save_session=False: what nobody did by hand neither prolongs a session nor rotates its id under another tab's request.
COMMON = {'auth': 'none', 'readonly': False, 'save_session': False, 'csrf': False}
# Not parsed, so that no function of Odoo has a token in a variable.
RAW = dict(COMMON, type='http', methods=['POST'])


def answer_raw(function, read):
    """Answer with the JSON text that a function makes of the body; no exception leaves, and no session is saved.

    :param read: function that makes its argument of the bytes, or raises ValueError without a word of what was sent
    """
    status = 200
    try:
        text = function(read(request.httprequest.get_data(cache=False)))
    except ValueError as error:
        text, status = json.dumps({'error': {'name': 'builtins.ValueError', 'message': str(error)}}), 400
    except Exception as error:  # noqa: BLE001
        request.env.cr.rollback()
        if isinstance(error, UserError):
            _logger.warning('web_socketio: %s', error)
        else:
            log_failure('A request of web_socketio failed')
        text, status = fault.encode(error, str(error)), 500
    # After a rollback Odoo takes the session anew, which would be saved, and its cookie set.
    request.session.can_save = False
    return request.make_response(text, [('Content-Type', 'application/json')], status=status)
