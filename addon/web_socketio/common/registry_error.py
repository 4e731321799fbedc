# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Why a Python worker cannot serve a database at present, in a sentence."""
import os
import traceback

from .socketio_error import SocketIOError


class RegistryError(SocketIOError):
    """The registry of a database cannot be had; it is worth while to try later."""

    def __init__(self, message):
        super(RegistryError, self).__init__('worker_registry', message, retry=True, told=False)


def module_missing(db):
    """Return the error of a database that has not got this addon, or is none of Odoo's at all."""
    return RegistryError("The module web_socketio is not installed in the database '%s': install it there." % db)


def not_loaded(db):
    """Return the error of a model call while the registry is not there, since it could not be built anew."""
    return RegistryError("The registry of '%s' is not loaded: the log of the worker says why." % db)


def build_failed(db, error, trace, addons_path):
    """Return the error of a registry that cannot be built: it names file and line.

    :param error: what ended the building
    :param trace: its traceback
    :param addons_path: list of folders of addons
    """
    if isinstance(error, SyntaxError) and error.filename:
        file, line = error.filename, error.lineno
    else:
        frames = [frame[:2] for frame in traceback.extract_tb(trace)]
        # It may end in code of Python or of a library; what somebody has to look at is in the addon.
        file, line = ([frame for frame in frames if _is_in(frame[0], addons_path)] or frames)[-1]
    text = traceback.format_exception_only(type(error), error)[-1].strip()
    return RegistryError("The registry of '%s' cannot be built. %s, line %s: %s" % (db, file, line, text))


def _is_in(file, folders):
    return any(os.path.abspath(file).startswith(os.path.join(os.path.abspath(folder), '')) for folder in folders)
