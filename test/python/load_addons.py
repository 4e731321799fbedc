"""Imports addons as OpenERP or Odoo does, without either, and prints as JSON what they declare and what was logged.

    python load_addons.py openerp|odoo FOLDER ADDON...

The packages web_socketio and web_longpolling are there without what their __init__.py imports: that needs a server.
"""
import importlib
import json
import logging
import os
import sys
import types

ADDONS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'addon')


class Records(logging.Handler):
    def __init__(self):
        logging.Handler.__init__(self)
        self.lines = []

    def emit(self, record):
        self.lines.append('%s %s' % (record.levelname, record.getMessage()))


def package(name, path):
    module = sys.modules[name] = types.ModuleType(name)
    module.__path__ = [path]


sys.dont_write_bytecode = True
root, folder, addons = sys.argv[1], sys.argv[2], sys.argv[3:]
records = Records()
logging.getLogger().addHandler(records)
logging.getLogger().setLevel(logging.INFO)
package(root, folder)
package(root + '.addons', folder)
for own in ('web_socketio', 'web_longpolling'):
    package('%s.addons.%s' % (root, own), os.path.join(ADDONS, own))
for addon in addons:
    importlib.import_module('%s.addons.%s' % (root, addon))
declarations = importlib.import_module(root + '.addons.web_socketio.common.declarations')
assert 'gevent' not in sys.modules
declared = {addon: declarations.summary(addon) for addon in addons}
json.dump({'running': sorted(declarations.addons()), 'declared': declared, 'logged': records.lines}, sys.stdout)
