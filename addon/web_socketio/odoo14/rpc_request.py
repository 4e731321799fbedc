# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from contextlib import contextmanager

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from odoo import http

from ..common.route import CALL


@contextmanager
def request_in(env):
    """Let what runs see a request of the database: that of a call by RPC has none, and Odoo's check of a session needs one.

    :param env: of the call
    """
    httprequest = Request(EnvironBuilder(path=CALL, environ_overrides={'REMOTE_ADDR': '127.0.0.1'}).get_environ())
    httprequest.app, httprequest.session = http.root, http.root.session_store.new()
    httprequest.session.db = env.cr.dbname
    request = http.HttpRequest(httprequest)
    request.uid, request.context, request._cr = env.uid, env.context, env.cr
    # Not as a context: that would commit and close the cursor, which is not its own.
    http._request_stack.push(request)
    try:
        yield
    finally:
        http._request_stack.pop()
