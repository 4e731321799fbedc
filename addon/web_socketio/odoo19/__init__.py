# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import web_socketio_schema
from . import web_socketio_assets
from . import web_socketio_call
from . import postgres_notification
from . import ir_http
from . import res_users
from . import web_socketio_controller
