# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import web_socketio_test_live_task
