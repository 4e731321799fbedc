# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The browser that a bus socket belongs to, with its session, while something is done for it."""
import io
from contextlib import contextmanager

from odoo import http
from odoo.addons.web_socketio.series import module
from odoo.http import request
from odoo.tools import config

acting_in = module('session_look').acting_in


@contextmanager
def visited_by(ask):
    """Let what runs see the request of the browser: its cookies, address and language, instead of the sidecar's."""
    # The object behind Odoo's proxy of it.
    own = http._request_stack.top
    before = dict(vars(own))
    environ = dict(request.httprequest.environ, **ask.environ)
    environ.update({'HTTP_COOKIE': ask.cookie.reveal(), 'CONTENT_LENGTH': '0', 'wsgi.input': io.BytesIO()})
    if config['proxy_mode'] and ask.environ.get('HTTP_X_FORWARDED_FOR'):
        # As Odoo itself has it from the one proxy that it trusts: that wrote the last one.
        environ['REMOTE_ADDR'] = ask.environ['HTTP_X_FORWARDED_FOR'].rpartition(',')[2].strip()
    try:
        own.httprequest = http.HTTPRequest(environ)
        # Odoo keeps what it has read once.
        for name in ('cookies', 'best_lang'):
            vars(own).pop(name, None)
        if hasattr(http, 'GeoIP'):
            own.geoip = http.GeoIP(own.httprequest.remote_addr)
        yield
    finally:
        vars(own).clear()
        vars(own).update(before)


@contextmanager
def acting_as(session):
    """Let what runs act as the user of a session, or as the public user if it has none."""
    with acting_in(session):
        user = session.get('uid') or request.env.ref('base.public_user').id
        # A browser may ask for a language that Odoo does not have, and whatever is read then would fail.
        request.update_env(user=user, context=dict(request.env.context, lang=_known(request.env.context.get('lang'))))
        yield


def _known(lang):
    languages = request.env['res.lang']
    if hasattr(languages, '_get_code'):
        return languages._get_code(lang) or None
    # Before 18.0
    return lang if lang and languages._lang_get_id(lang) else None
