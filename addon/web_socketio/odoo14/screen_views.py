# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import io

from odoo.tools.convert import convert_xml_import

from ..series import MAJOR, module

to_series = module('screen_arch').to_series


def load_views(env, addon, path):
    """Load a file of views, which are written as for 18.0, as the running series writes them."""
    with io.open(path, encoding='utf-8') as file:
        views = io.BytesIO(to_series(file.read()).encode('utf-8'))
    # For errors.
    views.name = path
    convert_xml_import(env if MAJOR >= 17 else env.cr, addon, views, {}, 'update')
