# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import logging
from contextlib import contextmanager

from psycopg2 import Error

_logger = logging.getLogger(__name__)


@contextmanager
def open_cursor(make):
    """Give a cursor that is closed at the end, and rolled back if nobody committed.

    A greenlet that is killed while it waits for PostgreSQL leaves a connection that psycopg2 has closed. Odoo's cursor cannot
    be rolled back on it, and its error would take the place of GreenletExit; the pool forgets such a connection by itself.

    :param make: function that opens the cursor
    """
    cr = make()
    try:
        yield cr
    except BaseException:
        _close_quietly(cr)
        raise
    cr.close()


def _close_quietly(cr):
    # A function of its own: in Python 2.7, "raise" after another exception was caught raises that one.
    try:
        cr.close()
    except Error:
        _logger.debug('A cursor was closed whose connection is gone.', exc_info=True)
