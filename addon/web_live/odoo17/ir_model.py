# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models


class IrModel(models.Model):
    _inherit = 'ir.model'

    def unlink(self):
        choices = self.env['web_live.model'].sudo()
        models = self.mapped('model')
        # PostgreSQL alone would delete them with their model, and tell no page. While web_live is being uninstalled nothing
        # is live, and its table may be gone.
        if choices._live_names().intersection(models):
            choices.search([('model_id', 'in', self.ids)]).unlink()
            # Those whose class says so have no choice, or are live without it.
            for name in sorted(choices._live_names().intersection(models)):
                choices._end_with_model(name)
            self.env.registry.clear_cache()
        return super().unlink()
