# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""JSON of what OpenERP's methods return and what messages hold."""
import datetime
import json

from openerp.osv import orm
from openerp.tools import ustr


def _default(value):
    # As OpenERP writes them: in UTC, without a zone and without microseconds.
    if isinstance(value, datetime.datetime):
        return value.isoformat(' ')[:19]
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (orm.browse_record, orm.browse_null)):
        return value.id
    return ustr(value)


def dumps(value):
    """Return JSON in ASCII. NaN, which is no JSON, raises ValueError."""
    return json.dumps(value, default=_default, allow_nan=False)
