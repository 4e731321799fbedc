# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Both names of the server's package, in a worker: `openerp.addons...` on Odoo, `odoo.addons...` on OpenERP.

Code of 2013 runs as it stands on every series, and a new addon on OpenERP 7.0. Each name gives the very same module.
"""
import importlib
import sys

NAMES = ('odoo', 'openerp')


def install():
    """Make the other name an alias, unless the series knows it."""
    for name, other in (NAMES, NAMES[::-1]):
        if name in sys.modules and other not in sys.modules:
            try:
                importlib.import_module(other)
            except ImportError:
                # Before all others: the parent of an alias has a path, on which they would find everything once more.
                sys.meta_path.insert(0, _Alias(other, name))


class _Alias(object):
    """Finds modules under one name that are there under another.

    :param alias: such as `openerp`
    :param name: such as `odoo`
    """

    def __init__(self, alias, name):
        self._alias = alias
        self._name = name

    def _is_ours(self, fullname):
        return fullname == self._alias or fullname.startswith(self._alias + '.')

    def _import(self, fullname):
        return importlib.import_module(self._name + fullname[len(self._alias):])

    # Python 3.

    def find_spec(self, fullname, path=None, target=None):
        if not self._is_ours(fullname):
            return None
        from importlib.machinery import ModuleSpec

        return ModuleSpec(fullname, _Loader(self._import(fullname)))

    # Python 2.7.

    def find_module(self, fullname, path=None):
        return self if self._is_ours(fullname) else None

    def load_module(self, fullname):
        module = sys.modules[fullname] = self._import(fullname)
        return module


class _Loader(object):
    """Gives a module that is loaded already, and leaves it as it is."""

    def __init__(self, module):
        self._module = module
        self._spec = getattr(module, '__spec__', None)
        self._names = {name: getattr(module, name, None) for name in ('__loader__', '__package__', '__name__')}

    def create_module(self, spec):
        return self._module

    def exec_module(self, module):
        # What imports it has written the alias's own into these.
        module.__spec__ = self._spec
        for name, value in self._names.items():
            setattr(module, name, value)
