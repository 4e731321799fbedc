# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models


class ResCountryGroup(models.Model):
    _inherit = 'res.country.group'
    _live = True
