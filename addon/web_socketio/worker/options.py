# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The command line of the Python worker. It imports nothing of the addon: it is read before Odoo is there."""
import argparse

SIDECAR = 'http://127.0.0.1:8068'
MAX_CURSOR = 16

_EPILOG = """
Every other option is Odoo's own, such as --db_host or --log-level. One worker is enough for most; several share the pages.
SIGTERM ends it within 30 s, SIGHUP starts it anew with the code of now.
"""


def parse(argv):
    """Return what a command line says. It ends the process, as `argparse` does, after `--help` and for what is wrong.

    :param argv: list of texts, without the name of the program
    :return: with `sidecars` (list of (host, port)), `max_cursor`, `dev`, `check_config`, `notes` (texts to log) and
        `arguments`: the options for the parser of OpenERP or Odoo
    """
    parser = argparse.ArgumentParser(
        prog='web_socketio', epilog=_EPILOG,
        description='Runs the namespaces and handlers that addons declare in Python, beside the sidecar of web_socketio.',
    )
    parser.add_argument('-c', '--config', metavar='FILE', help="OpenERP's or Odoo's configuration file")
    parser.add_argument('-d', '--database', metavar='NAMES', help='databases, with commas (default: db_name of the file)')
    parser.add_argument('--addons-path', metavar='FOLDERS', help='folders with addons, with commas')
    parser.add_argument(
        '--sidecar', metavar='URLS', dest='sidecars', default=SIDECAR, type=_sidecars,
        help='where the sidecars are, with commas (default: %s)' % SIDECAR,
    )
    parser.add_argument(
        '--max-cursor', metavar='N', default=MAX_CURSOR, type=_count,
        help='how many model calls of a database run at once (default: %d)' % MAX_CURSOR,
    )
    parser.add_argument('--dev', action='store_true', help='start anew when a Python file of an addon changes')
    parser.add_argument('--check-config', action='store_true', help='say what addons declare, and end')
    parser.add_argument('-i', metavar='INTERFACE', dest='interface', help='of 2013: the sidecar listens, with this option')
    parser.add_argument('-p', metavar='PORT', dest='port', help='of 2013: the sidecar listens, with this option')
    options, others = parser.parse_known_args(argv)
    given = (('-c', options.config), ('-d', options.database), ('--addons-path', options.addons_path))
    options.arguments = [text for name, value in given if value for text in (name, value)] + others
    options.notes = [
        "%s %s is for the sidecar, which serves the pages: the Python worker listens on no port." % (name, value)
        for name, value in (('-i', options.interface), ('-p', options.port)) if value
    ]
    return options


def _count(text):
    count = int(text) if text.isdigit() else 0
    if count < 1:
        raise argparse.ArgumentTypeError("'%s' is no number of cursors. Give 1 or more." % text)
    return count


def _sidecars(text):
    """Return the host and the port of each sidecar."""
    found = [_address(one.strip()) for one in text.split(',') if one.strip()]
    if not found:
        raise argparse.ArgumentTypeError('There is no address in it. Give one such as %s.' % SIDECAR)
    return found


def _address(url):
    scheme, mark, rest = url.partition('://')
    host, _colon, port = rest.rstrip('/').rpartition(':')
    if scheme != 'http' or not mark or not host or not port.isdigit() or not 0 < int(port) < 65536 or '/' in host:
        raise argparse.ArgumentTypeError("'%s' is no address of a sidecar. Give one such as %s." % (url, SIDECAR))
    return host.strip('[]'), int(port)
