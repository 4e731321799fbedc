# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from openerp.osv import osv

from ..common import schema


class ir_module_module(osv.osv):
    _inherit = 'ir.module.module'

    def module_uninstall(self, cr, uid, ids, context=None):
        """Remove with the module what the ORM does not know of: OpenERP 7.0 calls no hook of a module."""
        names = [module.name for module in self.browse(cr, uid, ids, context=context)]
        result = super(ir_module_module, self).module_uninstall(cr, uid, ids, context=context)
        if 'web_socketio' in names:
            schema.drop(cr)
        return result
