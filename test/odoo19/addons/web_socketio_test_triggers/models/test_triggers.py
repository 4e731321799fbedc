# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class Plain(models.Model):
    """Its rows do not say who wrote them, and its table has a name of its own."""
    _name = 'test_triggers.plain'
    _description = 'Plain'
    _table = 'Named_Otherwise'
    _log_access = False

    name = fields.Char()


class Child(models.Model):
    _name = 'test_triggers.child'
    _description = 'Child'
    _inherits = {'test_triggers.plain': 'plain_id'}

    plain_id = fields.Many2one('test_triggers.plain', required=True, ondelete='cascade')


class Grandchild(models.Model):
    _name = 'test_triggers.grandchild'
    _description = 'Grandchild'
    _inherits = {'test_triggers.child': 'child_id'}

    child_id = fields.Many2one('test_triggers.child', required=True, ondelete='cascade')


class View(models.Model):
    _name = 'test_triggers.view'
    _description = 'View'
    _auto = False

    name = fields.Char()

    def init(self):
        self.env.cr.execute('CREATE OR REPLACE VIEW test_triggers_view AS SELECT id, name FROM "Named_Otherwise"')
