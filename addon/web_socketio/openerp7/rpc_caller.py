# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What keeps methods that OpenERP's RPC would call from being called by it."""
import sys

from openerp.exceptions import AccessError

# Where the calls of RPC, of the web client and of the sidecar end: OpenERP 7.0, Odoo 8.0, and ours.
CALLERS = (
    ('openerp.osv.osv', 'execute_cr'),
    ('openerp.service.model', 'execute_cr'),
    ('openerp.addons.web.controllers.main', '_call_kw'),
    ('openerp.http', 'proxy'),
    ('openerp.addons.web_socketio.openerp7.web_socketio_call', '_call'),
)


def refuse(model, method):
    """Raise AccessError if the method that asks was called by RPC instead of by an addon.

    OpenERP knows no private methods but those whose names begin with an underscore, and tells a method nothing about
    its caller. So the caller's frame is looked at, as OpenERP itself does for translations.

    :param model: name, for the error
    :param method: name of the method that asks; overrides of it that call super() are passed over
    """
    frame = sys._getframe(2)
    while frame and (frame.f_code.co_name == method or frame.f_globals.get('__name__') == 'openerp.api'):
        frame = frame.f_back
    if frame and (frame.f_globals.get('__name__'), frame.f_code.co_name) in CALLERS:
        raise AccessError("The method '%s.%s' is private: it cannot be called by RPC" % (model, method))
