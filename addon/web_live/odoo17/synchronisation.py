# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Makes the triggers be those that the chosen models and the classes with `_live` need."""
import datetime
import logging

import psycopg2
from psycopg2 import errors

from odoo import SUPERUSER_ID, api, fields

from . import live_trigger
from .obstacle import Obstacles

_logger = logging.getLogger(__name__)

# One at a time in a database. web_socketio has (8068, 1) to (8068, 3).
LOCK = (8068, 25)
# Nobody waits for the synchronisation, and whoever comes to a table after it waits with it. Less than the second after which
# PostgreSQL looks for deadlocks: so it is this that gives way, and not a user's transaction.
PATIENCE_MS = 300
RETRY = datetime.timedelta(minutes=1)
BUSY = (errors.LockNotAvailable, errors.DeadlockDetected, errors.QueryCanceled)


def change(cr, wanted, there, patience_ms):
    """Drop and make triggers. Return whether it was done: if not, others have the tables, and nothing has changed."""
    try:
        with cr.savepoint(flush=False):
            cr.execute("SELECT current_setting('lock_timeout'), set_config('lock_timeout', %s, true)", [str(patience_ms)])
            before = cr.fetchone()[0]
            cr.execute('SELECT pg_advisory_xact_lock(%s, %s)', LOCK, log_exceptions=False)
            for trigger in sorted(set(there) - set(wanted)):
                live_trigger.take(cr, trigger)
            for trigger in sorted(set(wanted) - set(there)):
                live_trigger.put(cr, trigger)
            cr.execute("SELECT set_config('lock_timeout', %s, true)", [before])
    except BUSY:
        return False
    return True


class Synchronisation(object):
    """Looks at all that there is, with one query, and changes what differs, each table in a transaction of its own.

    Odoo calls it after a commit: what loads a registry may hold locks on the tables that wait for this.
    """

    def __init__(self, registry):
        self.registry = registry

    def __call__(self):
        try:
            self._run()
        except psycopg2.Error:
            # Odoo has to start, and to serve everything else.
            _logger.warning("The triggers of live models could not be looked at.", exc_info=True)

    def _run(self):
        with self.registry.cursor() as cr:
            choices, there = live_trigger.read(cr)
            wanted = self._wanted(choices)
            if set().union(*wanted.values()) == set(there):
                return
            impossible = self._find_impossible(cr, wanted, there)
        for name in impossible:
            del wanted[name]
        tables = {trigger.table for trigger in set().union(*wanted.values()) ^ set(there)}
        busy = [table for table in sorted(tables) if not self._change_table(table, impossible)]
        # Of this process. Every other one that starts comes by here as well.
        self.registry.clear_cache()
        if busy:
            _logger.info(
                "Live models: others use %s, so triggers are missing or left over there. It is tried again in a minute.",
                ', '.join(busy),
            )
            self._try_again()

    def _wanted(self, choices):
        """Return the triggers that there have to be, by model."""
        models = self.registry.models
        names = {name for name, model in models.items() if getattr(model, '_live', False)}.union(choices)
        return {
            name: set(live_trigger.triggers_of(self.registry, name)) for name in names
            if name in models and not models[name]._abstract and not models[name]._transient
        }

    def _find_impossible(self, cr, wanted, there):
        obstacles = Obstacles(api.Environment(cr, SUPERUSER_ID, {}))
        impossible = set()
        for name in sorted(wanted):
            obstacle = None if wanted[name].issubset(there) else obstacles.find(name)
            if obstacle:
                _logger.warning("Not live: %s", obstacle)
                impossible.add(name)
        return impossible

    def _change_table(self, table, impossible):
        """Return whether nobody was in the way."""
        try:
            with self.registry.cursor() as cr:
                # Each statement sees what another process has done while this one waited for its turn.
                cr.execute('SET TRANSACTION ISOLATION LEVEL READ COMMITTED')
                cr.execute("SELECT set_config('lock_timeout', %s, true)", [str(PATIENCE_MS)])
                cr.execute('SELECT pg_advisory_xact_lock(%s, %s)', LOCK, log_exceptions=False)
                choices, there = live_trigger.read(cr)
                wanted = self._wanted(choices)
                self._change(
                    cr,
                    {one for name, triggers in wanted.items() if name not in impossible for one in triggers if one.table == table},
                    {one for one in there if one.table == table},
                    wanted,
                )
        except BUSY:
            return False
        except psycopg2.Error as error:
            _logger.warning("The triggers of the table %s could not be changed: %s", table, error)
        return True

    def _change(self, cr, wanted, there, live):
        for trigger in sorted(there - wanted):
            live_trigger.take(cr, trigger)
            if trigger.event == 'insert' and trigger.arguments[0] not in live:
                live_trigger.send(cr, trigger.arguments[0], 'off')
        for trigger in sorted(wanted - there):
            live_trigger.put(cr, trigger)
            if trigger.event == 'insert':
                # Pages may show the model already, and have been told nothing.
                live_trigger.send(cr, trigger.arguments[0], 'many')

    def _try_again(self):
        """Have Odoo call the autovacuum of `web_live.model` soon."""
        with self.registry.cursor() as cr:
            job = api.Environment(cr, SUPERUSER_ID, {}).ref('base.autovacuum_job', raise_if_not_found=False)
            if job:
                job._trigger(at=fields.Datetime.now() + RETRY)
