# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from contextlib import contextmanager

from odoo import api
from odoo.service.model import check
from odoo.sql_db import flush_env

from ..common.open_cursor import open_cursor
from .worker_database import WorkerDatabase
from .worker_method import call


class Registry(WorkerDatabase):

    def call(self, uid, context, model, method, args, kwargs):
        """Call a method of a model as a user, in a transaction of its own, which is repeated after a conflict.

        :param context: of the user's session
        :return: what the method returns, of records their ids
        """
        registry = self._registry()
        with _environments(), open_cursor(registry.cursor) as cr:

            # It calls the function again after a conflict, and makes violated rules of a table a ValidationError.
            @check
            def attempt(dbname, _context):
                try:
                    api.Environment.reset()
                    # Odoo finds what is still to be written by the environments that somebody holds.
                    env = api.Environment(cr, uid, {})
                    result = call(env, context, model, method, args, kwargs)
                    # The last things that may conflict. The commit is outside: after it nothing may be done twice.
                    flush_env(cr)
                    cr.precommit.run()
                except Exception:
                    cr.rollback()
                    raise
                return result

            try:
                # It looks there for the language of what a rule says.
                result = attempt(self.db, {'lang': context.get('lang') or 'en_US'})
                # Nobody else does: this is no request.
                cr.commit()  # pylint: disable=invalid-commit
                registry.signal_changes()
            except BaseException:
                # Also when the greenlet is killed, which Odoo does to no request: caches may hold what was not committed.
                registry.reset_changes()
                raise
            return result


@contextmanager
def _environments():
    """Give a call environments of its own: a method that calls another model through the worker has some already."""
    outer = getattr(api.Environment._local, 'environments', None)
    with api.Environment.manage():
        api.Environment.reset()
        try:
            yield
        finally:
            if outer is not None:
                api.Environment._local.environments = outer
