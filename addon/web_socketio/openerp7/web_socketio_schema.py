# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from openerp.osv import osv

from ..common import schema, worker_notice


class web_socketio_schema(osv.AbstractModel):
    _name = 'web_socketio.schema'
    _description = 'Tables, functions and triggers of web_socketio'

    def init(self, cr):
        """Run at installation and at each update.

        A model of its own, because `init` is inherited: on `postgres.notification` it would run once for every
        class that inherits from it.
        """
        schema.create(cr)

    def _register_hook(self, cr):
        super(web_socketio_schema, self)._register_hook(cr)
        worker_notice.loaded(cr.dbname)
