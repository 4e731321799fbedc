# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import web_socketio_schema
from . import web_socketio_assets
from . import web_socketio_call
from . import postgres_notification
from . import res_users
from . import session_controller
from . import web_socketio_controller
