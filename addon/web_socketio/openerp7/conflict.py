# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from psycopg2 import OperationalError, errorcodes

CODES = (errorcodes.LOCK_NOT_AVAILABLE, errorcodes.SERIALIZATION_FAILURE, errorcodes.DEADLOCK_DETECTED)


def is_conflict(error):
    """Return whether an error is a conflict of transactions, which OpenERP's RPC repeats."""
    return isinstance(error, OperationalError) and error.pgcode in CODES
