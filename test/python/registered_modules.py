"""Prints as JSON which modules of web_socketio each series imports, without any of these series.

    python registered_modules.py ADDON SERIES...
"""
import importlib
import json
import sys
import types

sys.dont_write_bytecode = True
addon, names = sys.argv[1], sys.argv[2:]
package = sys.modules['web_socketio'] = types.ModuleType('web_socketio')
package.__path__ = [addon]
sys.modules['odoo'] = types.ModuleType('odoo')
release = sys.modules['odoo.release'] = types.ModuleType('odoo.release')

registered = {}
for name in names:
    major = name.split('.')[0]
    release.version_info = (int(major) if major.isdigit() else major, 0)
    sys.modules.pop('web_socketio.series', None)
    registered[name] = importlib.import_module('web_socketio.series').registered()
json.dump(registered, sys.stdout)
