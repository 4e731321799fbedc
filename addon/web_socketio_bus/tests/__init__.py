# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import test_ask
from . import test_description
from . import test_hooks
from . import test_schema
