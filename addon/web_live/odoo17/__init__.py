# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import base
from . import ir_http
from . import ir_model
from . import web_live_model
from . import web_live_view
