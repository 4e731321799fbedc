# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""`odoo web_socketio`: the Python worker as a command of Odoo.

Odoo 19.0 loads this file alone, as `odoo.cli.web_socketio`; earlier series import the addon and expect it to import this.
"""
import os
import sys

try:
    import odoo as server
    from odoo.cli import Command
except ImportError:
    import openerp as server
    from openerp.cli import Command

ADDONS_PATH = '--addons-path='
CONFIG_FILE = ('-c', '--config')


# Odoo names a command after its class, up to 15.0 in no other way that it has in common with 19.0.
class Web_SocketIO(Command):
    """Run the namespaces and handlers that addons declare in Python"""

    def run(self, args):
        """Become the worker: gevent has to come before Odoo, which is here already.

        :param args: what followed the command
        """
        folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        # By this option Odoo has found the command. It would take the place of the path in a configuration file, and with it
        # the addons that the worker is to run; the worker adds its own folder by itself.
        has_file = any(arg.startswith(CONFIG_FILE) for arg in args)
        paths = [arg for arg in sys.argv[1:2] if arg.startswith(ADDONS_PATH) and not has_file]
        # Odoo may be importable only because of where its program lies.
        home = os.path.dirname(os.path.dirname(os.path.abspath(server.release.__file__)))
        python_path = [path for path in os.environ.get('PYTHONPATH', '').split(os.pathsep) if path]
        environment = dict(os.environ, PYTHONPATH=os.pathsep.join(python_path + [home]))
        sys.stdout.flush()
        sys.stderr.flush()
        os.execve(sys.executable, [sys.executable, folder] + paths + list(args), environment)
