# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import bus_bus
from . import bus_controller
from . import bus_schema
