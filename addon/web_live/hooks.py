# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import io
import os

from odoo.addons.web_socketio.series import MAJOR, SERIES, TABLE
from odoo.exceptions import UserError

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'data')
# The first one with the views that the addon changes.
OLDEST = 17
IS_SERVED = MAJOR >= OLDEST and '%s.0' % MAJOR in TABLE


def run_script(cr, name, log_exceptions=True):
    """Run a script of the folder `data`."""
    with io.open(os.path.join(DATA, name), encoding='utf-8') as script:
        cr.execute(script.read(), log_exceptions=log_exceptions)


def pre_init_hook(env):
    """Refuse to be installed where nothing would work, before anything is made."""
    if not IS_SERVED:
        known = sorted((name for name in TABLE if float(name) >= OLDEST), key=float)
        raise UserError(
            'web_live cannot be installed on the series %s. It is made for %s.' % (SERIES, ', '.join(known))
        )


def uninstall_hook(env):
    """Tell open pages, and leave all tables as they were before: the ORM does not know of what is there."""
    env['web_live.model']._end_all()
