# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import io
import os

from odoo.addons.web_socketio.series import MAJOR, SERIES, TABLE
from odoo.exceptions import UserError

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'data')
# The first one with /websocket.
OLDEST = 16
IS_SERVED = MAJOR >= OLDEST and '%s.0' % MAJOR in TABLE


def run_script(cr, name):
    """Run a script of the folder `data`."""
    with io.open(os.path.join(DATA, name), encoding='utf-8') as script:
        cr.execute(script.read())


def pre_init_hook(cr_or_env):
    """Refuse to be installed where Odoo has no bus of this kind, before anything is made."""
    if not IS_SERVED:
        known = sorted((name for name in TABLE if float(name) >= OLDEST), key=float)
        raise UserError(
            'web_socketio_bus cannot be installed on the series %s. It is made for %s: their bus is a WebSocket.'
            % (SERIES, ', '.join(known))
        )


def uninstall_hook(cr_or_env, registry=None):
    """Leave Odoo's table as Odoo made it: the ORM does not know of what is here."""
    # Odoo gives its hooks an environment from 17.0 on, a cursor and a registry before.
    run_script(getattr(cr_or_env, 'cr', cr_or_env), 'schema_drop.sql')
