# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from contextlib import contextmanager

from werkzeug.test import EnvironBuilder

from odoo import http

from ..common.route import CALL


@contextmanager
def request_in(env):
    """Let what runs see a request: Odoo hides that of a call by RPC, and its check of a session needs one.

    :param env: of the call
    """
    wsgi = EnvironBuilder(path=CALL, environ_overrides={'REMOTE_ADDR': '127.0.0.1'}).get_environ()
    request = http.Request(http.HTTPRequest(wsgi))
    request._post_init = None
    request.session, request.db, request.params = http.root.session_store.new(), env.cr.dbname, {}
    request.session.can_save = False
    request.registry, request.env = env.registry, env
    http._request_stack.push(request)
    try:
        yield
    finally:
        http._request_stack.pop()
