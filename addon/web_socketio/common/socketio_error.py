# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)


class SocketIOError(Exception):
    """A failure with a code, which a page is told. The same as `SocketIOError` in TypeScript.

    :param code: such as `too_early`: a name in small letters
    :param message: what happened, and what to do about it
    :param retry: may the same be tried again with success? A handler that listens then loses no message by it
    :param told: may a browser get the message? What is not told is logged instead
    """

    def __init__(self, code, message='', retry=False, told=True):
        super(SocketIOError, self).__init__(message)
        self.code = code
        self.message = message
        self.retry = retry
        self.told = told

    def __str__(self):
        return '%s: %s' % (self.code, self.message)


def no_worker(what):
    """Return the error of a call that only means something in a Python worker, behind a page's event."""
    return SocketIOError(
        'worker_missing',
        "%s works only in a handler that a Python worker runs for a page: start one, with 'python web_socketio -d mydb'. "
        "In OpenERP's or Odoo's own server, send messages with notify and committed_notify of postgres.notification." % what,
        told=False,
    )
