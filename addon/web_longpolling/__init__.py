# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from ..web_socketio.common import old_name

old_name.keep(__name__, ['namespace'])
