# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The tables, the functions and the triggers: SQL on purpose, since no model may give access to them by RPC."""
import io
import os

DATA = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'data')


def _run(cr, name):
    with io.open(os.path.join(DATA, name), encoding='utf-8') as script:
        cr.execute(script.read())


def create(cr):
    """Make what is missing, at installation and at each update; it may be run again and again."""
    _run(cr, 'schema.sql')


def drop(cr):
    """Remove all of it."""
    _run(cr, 'schema_drop.sql')
