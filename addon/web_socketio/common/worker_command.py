# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The command that starts a Python worker, as a warning names it."""
import os

try:
    from shlex import quote
except ImportError:
    from pipes import quote  # pylint: disable=deprecated-module

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def of_odoo(db, config_file, default_file):
    """Return the command of Odoo 14.0 and later.

    :param config_file: path of the file that the server reads, or None
    :param default_file: path of the one that it reads if nobody names one
    """
    addons = os.path.dirname(FOLDER)
    words = ['odoo', 'web_socketio']
    # Odoo looks for commands before it reads `-c`: in its own addons, those of pip, and those of its default file.
    if config_file != default_file and not addons.endswith(os.path.join('odoo', 'addons')):
        words.insert(1, '--addons-path=%s' % addons)
    return _join(words, config_file, db)


def of_openerp(db, config_file):
    """Return the command of OpenERP 7.0 and Odoo 8.0."""
    return _join(['python', FOLDER], config_file, db)


def _join(words, config_file, db):
    words += ['-c', config_file] if config_file else []
    return ' '.join(quote(word) for word in words + ['-d', db])
