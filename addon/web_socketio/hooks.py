# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from .common import schema
from .series import FOLDERS, SERIES, TABLE

try:
    from odoo.exceptions import UserError
except ImportError:
    # Its name before 9.0.
    from openerp.exceptions import Warning as UserError


def pre_init_hook(cr_or_env):
    """Refuse to be installed where nothing would work, before anything is made."""
    if not FOLDERS:
        # Of this error people see its sentence, of others a traceback.
        raise UserError(
            'web_socketio cannot be installed on the series %s. It is made for %s.'
            % (SERIES, ', '.join(sorted(TABLE, key=float)))
        )


def uninstall_hook(cr_or_env, registry=None):
    """Remove what the ORM does not know of: it drops the tables of models only."""
    # Odoo gives its hooks an environment from 17.0 on, a cursor and a registry before.
    schema.drop(getattr(cr_or_env, 'cr', cr_or_env))
