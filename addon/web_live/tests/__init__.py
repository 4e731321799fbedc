# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import test_choice
from . import test_description
from . import test_differ
from . import test_hooks
from . import test_message
from . import test_open_view
