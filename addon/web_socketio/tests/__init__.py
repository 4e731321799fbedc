# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from ..series import MAJOR

# OpenERP 7.0 imports the tests of all addons when it runs any; these need Python 3.
if MAJOR >= 14:
    from . import test_description
    from . import test_echo
    from . import test_hooks
    from . import test_lifetime
    from . import test_message
    from . import test_operator_screen
    from . import test_registry_build
    from . import test_series
    from . import test_worker_notice
