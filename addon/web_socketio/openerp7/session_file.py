# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import errno


def read(store, sid, choose):
    """Return what `choose` finds in the session that a store of werkzeug has under an id, None if there is nothing.

    :param sid: a `Secret`
    :param choose: function that takes a dictionary
    :raises EnvironmentError: if the file is there and cannot be opened. To werkzeug that is the same as no file, but a
        server that has no more files to open must not end sessions.
    """
    if not store.is_valid_key(sid.reveal()):
        return None
    found = choose(store.get(sid.reveal()))
    # Some servers keep them elsewhere.
    if found is not None or not hasattr(store, 'get_session_filename'):
        return found
    try:
        open(store.get_session_filename(sid.reveal()), 'rb').close()
    except EnvironmentError as error:
        if error.errno == errno.ENOENT:
            return None
        # Not itself: it names the file, and that the session.
        raise EnvironmentError(error.errno, 'The file of a session cannot be opened: %s' % error.strerror)
    return choose(store.get(sid.reveal()))
