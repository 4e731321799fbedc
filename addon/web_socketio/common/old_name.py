# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import importlib
import sys


def keep(package, names):
    """Let addons import modules by their names of 2013: `from openerp.addons.web_socketio.session import AbstractAdapter`.

    Later series call the package `odoo`. Only these modules are known under both names: `import openerp` goes on to fail
    there, which is how other code finds out where it is.

    :param package: such as `odoo.addons.web_socketio`
    :param names: of modules in it
    """
    root, _dot, rest = package.partition('.')
    if root == 'odoo':
        for name in names:
            sys.modules['openerp.%s.%s' % (rest, name)] = importlib.import_module('%s.%s' % (package, name))
