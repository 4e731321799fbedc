# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What serves the running series of Odoo. Each module is in the package of the oldest series that it is made for."""
import logging

from .series import MAJOR, SERIES

from .odoo14 import res_users_timeout
from .odoo14 import web_socketio_schema

if MAJOR < 16:
    from .odoo14 import ir_http
    from .odoo14 import web_socketio_assets
    from .odoo14 import web_socketio_call
    from .odoo14 import web_socketio_controller
else:
    from .odoo16 import ir_http
    from .odoo16 import web_socketio_assets
    from .odoo16 import web_socketio_call
    from .odoo16 import web_socketio_controller

if MAJOR < 17:
    from .odoo14 import session_controller
else:
    from .odoo17 import ir_http as ir_http17

if MAJOR < 18:
    from .odoo14 import postgres_notification
else:
    from .odoo18 import postgres_notification
    from .odoo18 import res_device

if MAJOR < 19:
    from .odoo14 import res_users
else:
    from .odoo19 import res_users

if MAJOR not in (14, 19):
    logging.getLogger(__name__).info('web_socketio was tried by hand on Odoo %s; its tests run on 14.0 and 19.0.', SERIES)
