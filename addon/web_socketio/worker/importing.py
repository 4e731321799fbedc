# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import importlib
import logging
import sys
import traceback

_logger = logging.getLogger(__name__)


def import_addon(name):
    """Import an addon; one that cannot be imported is logged with its file and line, and the others go on.

    :param name: such as `odoo.addons.my_addon`
    :return: was it imported?
    """
    try:
        importlib.import_module(name)
        return True
    except Exception as error:
        _logger.error(
            "The addon '%s' cannot be imported, so nothing that it declares runs: %s: %s: %s\n%s",
            name.rpartition('.')[2], _place(error), type(error).__name__, error, traceback.format_exc().rstrip(),
        )
        return False


def _place(error):
    if isinstance(error, SyntaxError):
        return '%s:%s' % (error.filename, error.lineno)
    places = traceback.extract_tb(sys.exc_info()[2])
    # The innermost one that is no machinery of importing.
    for filename, line, _function, _text in reversed([tuple(one) for one in places]):
        if 'importlib' not in filename and not filename.endswith('builtins.py'):
            return '%s:%s' % (filename, line)
    return '?'
