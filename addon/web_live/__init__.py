# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from .hooks import IS_SERVED, pre_init_hook, uninstall_hook

# As in web_socketio: older series have none of what these import, and pre_init_hook is to say so.
if IS_SERVED:
    from . import odoo17
