"""What the Python worker asks of a series, without OpenERP or Odoo.

STAND_IN_DSN is the address of PostgreSQL, with %s for the name of the database; STAND_IN_ROOT the package above `addons`;
STAND_IN_FOLDER has the addons of the test. The addons web_socketio and web_longpolling are there without what their
__init__.py imports: that needs a server.
"""
import logging
import os
import sys
import types

from registry import Registry

ADDONS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', '..', 'addon')


def package(name, path):
    module = sys.modules[name] = types.ModuleType(name)
    module.__path__ = [path]
    parent, _point, last = name.rpartition('.')
    if parent:
        setattr(sys.modules[parent], last, module)


class Runtime(object):
    title = 'a stand-in'
    config_file = None

    def __init__(self):
        self.root = os.environ['STAND_IN_ROOT']
        self.addons_path = [os.path.abspath(os.environ['STAND_IN_FOLDER'])]
        self.databases = []
        self.cursors = None
        package(self.root, self.addons_path[0])
        package(self.root + '.addons', self.addons_path[0])
        for own in ('web_socketio', 'web_longpolling'):
            package('%s.addons.%s' % (self.root, own), os.path.join(ADDONS, own))

    def configure(self, arguments):
        logging.basicConfig(
            level=logging.DEBUG if os.environ.get('STAND_IN_DEBUG') else logging.INFO, stream=sys.stderr,
            format='%(asctime)s %(levelname)s %(name)s: %(message)s',
        )
        given = dict(zip(arguments[::2], arguments[1::2]))
        self.databases = [one for one in given.get('-d', '').split(',') if one]
        self.config_file = given.get('-c')

    def allow_cursors(self, count):
        self.cursors = count

    def registry(self, db):
        return Registry(db, self.root, self.addons_path[0])
