# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What OpenERP's methods return and what messages hold, where JSON does not have it."""
import datetime

from openerp.osv import orm
from openerp.tools import ustr


def default(value):
    """Return what stands in JSON for a value."""
    # As OpenERP writes them: in UTC, without a zone and without microseconds.
    if isinstance(value, datetime.datetime):
        return value.isoformat(' ')[:19]
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (orm.browse_record, orm.browse_null)):
        return value.id
    return ustr(value)
