"""Runs the Python worker without OpenERP or Odoo: see `runtime`.

    python main.py OPTIONS...
"""
from gevent import monkey

monkey.patch_all()

import importlib  # noqa: E402
import os  # noqa: E402
import socket  # noqa: E402
import sys  # noqa: E402

from runtime import Runtime  # noqa: E402


def name_sidecars(path):
    """Give the name `sidecars` the addresses that a file lists, as the name server of containers does."""
    look_up = socket.getaddrinfo

    def find(host, *args):
        if host != 'sidecars':
            return look_up(host, *args)
        with open(path) as file:
            addresses = file.read().split()
        if not addresses:
            raise socket.gaierror(-2, 'Name or service not known')
        return [one for address in addresses for one in look_up(address, *args)]
    socket.getaddrinfo = find


def main(argv):
    if 'STAND_IN_SIDECARS' in os.environ:
        name_sidecars(os.environ['STAND_IN_SIDECARS'])
    # An addon may have modules with the names of these.
    del sys.path[0]
    runtime = Runtime()
    base = '%s.addons.web_socketio.worker.' % runtime.root
    importlib.import_module(base + 'cooperation').patch_psycopg2()
    runtime.configure(importlib.import_module(base + 'options').parse(argv).arguments)
    return importlib.import_module(base + 'command').main(argv, runtime)


if __name__ == '__main__':
    sys.dont_write_bytecode = True
    sys.exit(main(sys.argv[1:]))
