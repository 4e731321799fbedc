# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which series of OpenERP or Odoo runs, and which of our files serve it.

The table is `series.json`, which the build and the tests read, too. `python` are folders of this addon, `web_client` is
a file in `src` of each addon. Both are named after the oldest series that they serve, so a new series renames nothing.
A module in a later folder takes the place of the module of the same name in the earlier ones.
"""
import importlib
import io
import json
import os

try:
    from odoo.release import version_info
except ImportError:
    from openerp.release import version_info

# Odoo's own hosting has versions such as ('saas~18', 2): they are older than the next whole number.
MAJOR = int(str(version_info[0]).split('~')[-1])
SERIES = '%s.%s' % (version_info[0], version_info[1])

_HERE = os.path.dirname(os.path.abspath(__file__))
with io.open(os.path.join(_HERE, 'series.json'), encoding='ascii') as _file:
    TABLE = json.load(_file)
_ROW = TABLE.get('%s.0' % MAJOR, {})

# Names of folders, the oldest first. Empty where the module cannot be installed: pre_init_hook says so.
# As str: Python 2.7 reads unicode from JSON, and joins it to no path with other letters than those of English.
FOLDERS = [str(name) for name in _ROW.get('python', [])]
# The tests of every change run on it.
IS_TESTED = _ROW.get('tested', False)


def module(name):
    """Return the module of that name which serves the running series, imported.

    :raises ImportError: if no folder of the series has it
    """
    return _import(path_of(name))


def register():
    """Import what has models and controllers for the running series."""
    for path in registered():
        _import(path)


def registered():
    """Return the paths of these modules in this addon, such as `odoo16.ir_http`. Each folder lists its own names."""
    return [path_of(name) for folder in FOLDERS for name in _import(folder).REGISTERED]


def path_of(name):
    """Return the path in this addon of the module of that name which serves the running series."""
    for folder in reversed(FOLDERS):
        if os.path.isfile(os.path.join(_HERE, folder, '%s.py' % name)):
            return '%s.%s' % (folder, name)
    raise ImportError('No folder of %s has a module %s. Add it, or correct series.json.' % (', '.join(FOLDERS), name))


def _import(path):
    # A str, since Python 2.7 reads names from JSON as unicode.
    return importlib.import_module(str('%s.%s' % (__name__.rpartition('.')[0], path)))
