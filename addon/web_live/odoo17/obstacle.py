# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import _

from .live_trigger import triggers_of


class Obstacles(object):
    """Says in a sentence why a model cannot be live."""

    def __init__(self, env):
        # By its name: Odoo looks for the language here.
        self.env = env

    def find(self, name):
        """Return the sentence, or None if the model can be live."""
        registry = self.env.registry
        if name not in registry:
            return _("The model %s is not there: the module that has it is not installed.", name)
        model = registry[name]
        if model._abstract:
            return _("The model %s is abstract and has no records: choose a model that inherits from it.", name)
        if model._transient:
            return _("The model %s is of a wizard, whose records only one page ever sees: choose another one.", name)
        for table in dict.fromkeys(trigger.table for trigger in triggers_of(registry, name)):
            sentence = self._find_of_table(name, table)
            if sentence:
                return sentence
        return None

    def _find_of_table(self, name, table):
        self.env.cr.execute("""
            SELECT relkind, pg_has_role(relowner, 'USAGE'), pg_get_userbyid(relowner), current_user
            FROM pg_class WHERE relname = %s AND relnamespace = current_schema()::regnamespace
        """, [table])
        kind, is_ours, owner, role = self.env.cr.fetchone() or (None, None, None, None)
        if kind in ('v', 'm'):
            return _(
                "The model %(model)s is a view of the database, %(table)s: choose the models that it is made of.",
                model=name, table=table,
            )
        if kind not in ('r', 'p'):
            return _("The model %s has no table of its own in the database: choose another one.", name)
        if not is_ours:
            return _(
                "The table %(table)s of the model %(model)s belongs to the role %(owner)s, so Odoo may put no trigger on it: "
                "let a superuser run ALTER TABLE %(table)s OWNER TO %(role)s.",
                table=table, model=name, owner=owner, role=role,
            )
        return None
