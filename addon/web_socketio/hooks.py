# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tools import file_open


def uninstall_hook(env):
    """Remove what the ORM does not know of: it drops the tables of models only."""
    with file_open('web_socketio/data/schema_drop.sql') as script:
        env.cr.execute(script.read())
