# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the Python worker lends to the names of 2013. In OpenERP's or Odoo's own server there is nothing behind them."""
from .socketio_error import no_worker

#: function that returns the way to the socket whose handler is running; a worker sets it
find_host = None
#: function: the name of a database and a uid give `model(name)`; a worker sets it
find_model = None


def host(what):
    """Return the way to the socket whose handler is running.

    :param what: who asks, for the error
    :raises SocketIOError: `worker_missing` if no handler of a page is running
    """
    found = find_host() if find_host else None
    if found is None:
        raise no_worker(what)
    return found


def model(what, db, uid, name):
    """Return a model of a database that this worker serves, as that user."""
    if find_model is None:
        raise no_worker(what)
    return find_model(db, uid, name)
