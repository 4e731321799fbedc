# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""One warning where an installed addon declares something in Python and no Python worker runs.

The sidecar cannot know that: it sees no Python. Odoo is asked for a token by every page that opens, so it looks then.
"""
import logging
import time

from ..series import module
from . import declarations

_logger = logging.getLogger(__name__)

# A worker that is started together with Odoo gets so long: its registry takes as long as Odoo's own.
PATIENCE_SECONDS = 30
LOOK_SECONDS = 60
# A worker writes every two seconds that it lives.
SEEN_SECONDS = 30

_loaded = {}  # database: when its registry was loaded first
_looked = {}  # database: when somebody looked last
_said = set()  # databases


def loaded(db):
    """Note that this process has the registry of a database: the patience with its worker begins."""
    _loaded.setdefault(db, time.time())


def look(db, open_cursor):
    """Warn, once for each process and database, if an addon declares something and nobody runs it.

    Call it when a page asks for a token. It costs a look at the tables once a minute, and nothing after the warning, or
    where no addon declares anything.

    :param open_cursor: function that returns a context manager with a cursor
    """
    now = time.time()
    if db in _said or not declarations.addons() or now - _loaded.get(db, now) < PATIENCE_SECONDS:
        return
    if now - _looked.get(db, 0) < LOOK_SECONDS:
        return
    _looked[db] = now
    with open_cursor() as cr:
        addons = _forgotten(cr)
    if addons:
        _said.add(db)
        _logger.warning('%s', describe(addons, db, module('worker_runtime').Runtime().command(db)))


def describe(addons, db, command):
    """Return the sentence about addons of which nobody runs what they declare.

    :param addons: their names, a list
    """
    declared = ', '.join(text for addon in addons for text in declarations.summary(addon))
    names = ', '.join("'%s'" % addon for addon in addons)
    return "%s %s %s %s in Python, and no Python worker runs for '%s': start it with \"%s\"." % (
        'The addon' if len(addons) == 1 else 'The addons', names, 'declares' if len(addons) == 1 else 'declare', declared, db, command,
    )


def _forgotten(cr):
    """Return the names of installed addons that declare something; none while a worker lives."""
    # Tables of an older release have it only after the addon's update.
    cr.execute("SELECT to_regclass('web_socketio_worker') IS NOT NULL")
    if not cr.fetchone()[0]:
        return []
    cr.execute("""
        SELECT name FROM ir_module_module
        WHERE state IN ('installed', 'to upgrade') AND name = ANY(%s) AND NOT EXISTS (
            SELECT 1 FROM web_socketio_worker WHERE seen > clock_timestamp() - %s * interval '1 second'
        )
        ORDER BY name
    """, [sorted(declarations.addons()), SEEN_SECONDS])
    return [name for (name,) in cr.fetchall()]
