# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from functools import partial

from odoo import api
from odoo.service.model import retrying

from ..common.open_cursor import open_cursor
from ..odoo14.worker_database import WorkerDatabase
from ..odoo14.worker_method import call


class Registry(WorkerDatabase):

    def call(self, uid, context, model, method, args, kwargs):
        """Call a method of a model as a user, in a transaction of its own, which is repeated after a conflict.

        :param context: of the user's session
        :return: what the method returns, of records their ids
        """
        registry = self._registry()
        with open_cursor(registry.cursor) as cr:
            # In this language it says which rule of a table was violated.
            env = api.Environment(cr, uid, {'lang': context.get('lang') or 'en_US'})
            try:
                # It commits, and tells the other processes of changed caches.
                return retrying(partial(call, env, context, model, method, args, kwargs), env)
            except BaseException:
                # Also when the greenlet is killed, which Odoo does to no request: caches may hold what was not committed.
                registry.reset_changes()
                raise
