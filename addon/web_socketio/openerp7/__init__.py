# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from ..series import MAJOR

from . import web_socketio_schema
from . import web_socketio_assets
from . import web_socketio_call
from . import postgres_notification
from . import res_users
from . import ir_module_module
# Sessions and routes are what differs most between the two series: Odoo 8.0 already has those of its successors.
if MAJOR == 7:
    from . import wsgi_handler
    from . import web_session
else:
    from . import controller8
    from . import web_session8
