# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What addons of 2013 declare in Python: it is collected and reported, and nothing of it runs.

The sidecar runs server modules in TypeScript. `namespace`, `session`, `web_socketio` and `notify` in the addon's folder,
and `web_longpolling.namespace`, exist so that such addons load, and their models and their JavaScript work.
"""
import logging
import os
import sys

_logger = logging.getLogger(__name__)

GUIDE = "docs/porting.md of web_socketio"

# What the sidecar looks for: sources, and what `web_socketio build` makes of them.
SERVER_MODULES = ('socketio/index.ts', 'socketio/index.js', 'socketio/dist/index.cjs')

_declared = {}  # addon: what it declared, in its order, and not reported yet
_folders = {}  # addon: its folder
_warned = set()  # addons whose call of something that is gone was logged


def addon_of(module):
    """Return the addon of a Python module, such as `openerp.addons.my_addon.namespace`."""
    parts = module.split('.')
    return parts[2] if parts[1:2] == ['addons'] and len(parts) > 2 else parts[0]


def declare(module, what):
    """Remember what a Python module declares, such as "namespace '/chat'"."""
    addon = addon_of(module)
    _declared.setdefault(addon, []).append(what)
    file = getattr(sys.modules.get(module), '__file__', None)
    if file:
        _folders[addon] = _folder_of(addon, os.path.abspath(file))


def report(cr):
    """Warn of the addons that are installed in the cursor's database.

    Call it when a registry has been built. Before that, nobody knows that an addon was imported as a whole; and OpenERP
    7.0 imports all addons of its path, installed or not.
    """
    if _declared:
        cr.execute("SELECT name FROM ir_module_module WHERE state IN ('installed', 'to upgrade')")
        warn({name for (name,) in cr.fetchall()})


def warn(addons):
    """Log one warning for each of these addons that has something to be ported, and say nothing twice."""
    for addon in sorted(addons.intersection(_declared)):
        _logger.warning(
            "The addon '%s' declares in Python what runs in the sidecar now, so nothing of it runs: %s. %s: see %s.",
            addon, ', '.join(_declared.pop(addon)), _advice(addon), GUIDE,
        )


def _advice(addon):
    """Say what is still to be done. Whether a server module does all that the Python did, its author knows."""
    for path in SERVER_MODULES:
        if addon in _folders and os.path.exists(os.path.join(_folders[addon], *path.split('/'))):
            return "%s/%s is there: when all of it is ported, take this Python out" % (addon, path)
    return "Port it to %s/socketio/index.ts" % addon


def _folder_of(addon, file):
    """Return the folder of that addon in which a file of it lies, at any depth."""
    folder = os.path.dirname(file)
    while os.path.basename(folder) not in (addon, ''):
        folder = os.path.dirname(folder)
    return folder


def gone(what, instead):
    """Return the error of a call of something that the sidecar does now."""
    return NotImplementedError("%s does not exist in Python any more: %s. See %s." % (what, instead, GUIDE))


def warn_caller(what, instead):
    """Log, once for each addon, that the caller of the caller uses something that does nothing any more."""
    addon = addon_of(sys._getframe(2).f_globals.get('__name__', ''))
    if addon not in _warned:
        _warned.add(addon)
        _logger.warning("The addon '%s' calls %s, which does nothing any more: %s. See %s.", addon, what, instead, GUIDE)
