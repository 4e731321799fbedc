# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Starts the Python worker: `python web_socketio -c odoo.conf -d mydb`, the command of 2013, on every series.

Run with the Python of OpenERP or Odoo, which has to be importable. It is no module of the addon: nothing may import Odoo
before gevent has replaced what blocks.
"""
import importlib
import os
import sys
import types

HERE = os.path.dirname(os.path.abspath(__file__))


def load(path, name):
    """Return a file of this addon as a module that stands alone."""
    module = sys.modules[name] = types.ModuleType(str(name))
    module.__file__ = os.path.join(HERE, *path.split('/'))
    with open(module.__file__, 'rb') as source:
        exec(compile(source.read(), module.__file__, 'exec', 0, True), module.__dict__)
    return module


def patch():
    """Have everything wait cooperatively that gevent knows, and psycopg2."""
    try:
        from gevent import monkey
    except ImportError:
        sys.exit(
            'The Python worker needs gevent, and %s has none. Start it with the Python that runs your server: Odoo brings '
            'gevent. For OpenERP 7.0, install it there.' % sys.executable
        )
    monkey.patch_all()
    load('worker/cooperation.py', 'web_socketio_cooperation').patch_psycopg2()


def find_server():
    """Return the name of the server's package."""
    for name in ('odoo', 'openerp'):
        try:
            importlib.import_module(name)
            return name
        except ImportError as error:
            # It may be there, and miss something.
            if (getattr(error, 'name', None) or str(error).split()[-1]) != name:
                raise
    sys.exit("Neither 'odoo' nor 'openerp' can be imported: run this with the Python of your server, which is now %s, and "
             'from its folder or with PYTHONPATH.' % sys.executable)


def start(argv):
    """Run the worker.

    :param argv: list of texts, without the name of the program
    :return: the exit code
    """
    # The folder of a script comes first on the path, and this one has names such as `session` and `common`.
    sys.path[:] = [one for one in sys.path if os.path.abspath(one or '.') != HERE]
    options = load('worker/options.py', 'web_socketio_options').parse(argv)
    patch()
    root = find_server()
    series = load('series.py', 'web_socketio_series')
    if not series.FOLDERS:
        sys.exit('web_socketio is not made for the series %s: it knows %s.' % (series.SERIES, ', '.join(sorted(series.TABLE, key=float))))
    path = series.path_of('worker_runtime').replace('.', '/')
    runtime = load('%s.py' % path, 'web_socketio_runtime').Runtime()
    runtime.configure(options.arguments)
    return importlib.import_module('%s.addons.web_socketio.worker.command' % root).main(argv, runtime)


if __name__ == '__main__':
    sys.exit(start(sys.argv[1:]))
