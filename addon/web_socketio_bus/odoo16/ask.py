# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the sidecar asks for its bus sockets."""
import json

from werkzeug.http import parse_cookie

from odoo.addons.web_socketio.common.secret import Secret

MOST_ASKS = 100
SUBSCRIBE, EVENT, CLOSED = 'subscribe', 'event', 'closed'
# Of the browser's request at /websocket, and as WSGI calls them.
HEADERS = {
    'user-agent': 'HTTP_USER_AGENT',
    'accept-language': 'HTTP_ACCEPT_LANGUAGE',
    'x-forwarded-for': 'HTTP_X_FORWARDED_FOR',
    'x-real-ip': 'HTTP_X_REAL_IP',
}


class Ask(object):
    """One question about one socket.

    :param members: a dictionary, as it was sent
    :raises ValueError: without a word of what was sent
    """

    def __init__(self, members):
        #: SUBSCRIBE, EVENT or CLOSED
        self.kind = members.get('kind')
        #: the browser's header, a `Secret`
        self.cookie = Secret(_text(members, 'cookie'))
        #: what names the session in it, a `Secret`; empty if it names none
        self.session_key = Secret(parse_cookie(self.cookie.reveal()).get('session_id') or '')
        headers = dict(members.get('headers') or {})
        #: some of its others, as in a WSGI environment
        self.environ = {HEADERS[name]: _text(headers, name) for name in HEADERS if name in headers}
        #: is it the first subscription of its socket?
        self.is_first = bool(members.get('first'))
        #: the user of whom the socket was told before, None if it was nobody
        self.uid = members.get('uid')
        #: was there a stored session behind the cookie before?
        self.had_session = bool(members.get('session'))
        #: a token of that session, which finds it under whichever id, with the id of the sidecar where it is over; a `Secret`
        self.credential = Secret(_text(members, 'credential'))
        self.channels = members.get('channels')
        self.last = members.get('last')
        self.wants_token = bool(members.get('token'))
        self.event_name = members.get('event_name')
        #: as the browser sent it, anything
        self.data = members.get('data')

    @property
    def has_credential(self):
        return bool(self.credential.reveal())


def read(body):
    """Return the list of `Ask`s in what the sidecar sent.

    :param body: bytes
    :raises ValueError: without a word of what was sent
    """
    try:
        asks = [Ask(one) for one in json.loads(body.decode('utf-8'))['asks']]
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):  # pylint: disable=except-pass
        # Raised below, and not here: the exception in its chain would hold what was sent.
        asks = None
    if asks is None or len(asks) > MOST_ASKS:
        raise ValueError("'asks' is not a list of at most %s asks." % MOST_ASKS)
    return asks


def _text(members, name):
    value = members.get(name) or ''
    if not isinstance(value, str):
        raise ValueError("'%s' is no text." % name)
    return value
