# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Has psycopg2 wait for PostgreSQL as gevent waits. It imports nothing of the addon: it is read before Odoo is there."""
from gevent.socket import wait_read, wait_write


def _wait(connection):
    from psycopg2 import OperationalError, extensions

    while True:
        state = connection.poll()
        if state == extensions.POLL_OK:
            return
        if state == extensions.POLL_READ:
            wait_read(connection.fileno())
        elif state == extensions.POLL_WRITE:
            wait_write(connection.fileno())
        else:
            raise OperationalError('psycopg2 waits in a state that is not known: %r' % (state,))


def patch_psycopg2():
    """Let other greenlets run while one waits for the database: in C code, nothing else makes it."""
    from psycopg2 import extensions

    extensions.set_wait_callback(_wait)
