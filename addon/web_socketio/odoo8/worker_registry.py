# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from openerp.api import Environment

from ..openerp7 import worker_registry


class Registry(worker_registry.Registry):

    def call(self, uid, context, model, method, args, kwargs):
        """Call a method of a model as a user; of records that it returns, the result is their ids."""
        with Environment.manage():
            result = super(Registry, self).call(uid, context, model, method, args, kwargs)
            return getattr(result, 'ids', result) if hasattr(result, '_ids') else result
