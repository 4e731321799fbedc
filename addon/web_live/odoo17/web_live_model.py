# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import os

from psycopg2 import errors

from odoo import _, api, fields, models, tools
from odoo.exceptions import UserError
from odoo.addons.web_socketio.series import module

from ..hooks import run_script
from . import live_trigger, synchronisation
from .obstacle import Obstacles

load_views = module('screen_views').load_views
VIEWS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'views', 'live_models.xml')

# Whoever comes to a live table after the uninstallation, even to read it, waits with it.
UNINSTALL_PATIENCE_MS = 5000


class WebLiveModel(models.Model):
    _name = 'web_live.model'
    _description = 'Live Model'
    _rec_name = 'model_id'
    _order = 'id'

    model_id = fields.Many2one(
        'ir.model', 'Model', required=True, ondelete='cascade', domain=[('transient', '=', False)],
        help="Pages that show records of this model follow what others change.",
    )
    model = fields.Char('Technical Name', related='model_id.model')
    state = fields.Selection(
        [('live', 'Live'), ('waiting', 'Waiting'), ('broken', 'Not Possible')], compute='_compute_state',
    )
    reason = fields.Char('What Is Wrong', compute='_compute_state')

    def init(self):
        """Run at installation and at each update."""
        run_script(self.env.cr, 'schema.sql')
        # Series before 19.0 write constraints in another way than later ones.
        self.env.cr.execute(
            'CREATE UNIQUE INDEX IF NOT EXISTS web_live_model_model_id_uniq ON web_live_model (model_id)'
        )

    def _register_hook(self):
        super()._register_hook()
        self.env.cr.postcommit.add(synchronisation.Synchronisation(self.env.registry))

    @api.depends('model_id')
    def _compute_state(self):
        there = live_trigger.read_triggers(self.env.cr)
        enabled = {trigger for trigger, is_enabled in there.items() if is_enabled}
        for choice in self:
            choice.reason = choice.model and Obstacles(self.env).find(choice.model)
            if choice.reason:
                choice.state = 'broken'
            elif not choice._origin:
                choice.state = False
            elif enabled.issuperset(self._wanted(choice.model)):
                choice.state = 'live'
            else:
                choice.state = 'waiting'
                choice.reason = _("Triggers are missing: Odoo tries again once others have finished with the table.")

    @api.model_create_multi
    def create(self, vals_list):
        ids = [vals.get('model_id') for vals in vals_list]
        for id_ in ids:
            if not self.env['ir.model'].browse(id_).exists():
                raise UserError(_("There is no model with the id %s: choose one of the list.", id_))
        chosen = self.search([('model_id', 'in', ids)])
        if chosen or len(set(ids)) < len(ids):
            names = chosen.mapped('model') or self.env['ir.model'].browse(ids).mapped('model')
            raise UserError(_("The model %s is in the list already.", names[0]))
        choices = super().create(vals_list)
        for choice in choices:
            choice._make_live()
        self.env.registry.clear_cache()
        return choices

    def write(self, vals):
        if any(choice.model_id.id != vals.get('model_id', choice.model_id.id) for choice in self):
            raise UserError(_("A choice stays with its model: delete it, and add the other one."))
        return super().write(vals)

    def unlink(self):
        names = self.mapped('model')
        result = super().unlink()
        for name in names:
            if not getattr(self.env.registry.get(name), '_live', False):
                self._end_live(name)
        self.env.registry.clear_cache()
        return result

    def action_try_again(self):
        """Make the triggers that are missing, or say why that cannot be."""
        # Anybody could call it by RPC.
        self.env['ir.model.access'].check('web_live.model', 'write')
        for choice in self:
            choice._make_live()
        self.env.registry.clear_cache()

    def _make_live(self):
        obstacle = Obstacles(self.env).find(self.model)
        if obstacle:
            raise UserError(obstacle)
        self._change(self.model, self._wanted(self.model), self._there(self.model))

    def _end_live(self, name):
        self._change(name, [], self._there(name))
        live_trigger.send(self.env.cr, name, 'off')

    def _end_with_model(self, name):
        """End what is live by its class, while its table goes.

        Triggers on what it inherits from may stay where others have the table: they do nothing any more, and the
        synchronisation takes them.
        """
        synchronisation.change(self.env.cr, [], self._there(name), patience_ms=2000)
        live_trigger.send(self.env.cr, name, 'off')

    @api.model
    def _end_all(self):
        """Leave all tables as they were before any model was live, and tell open pages."""
        cr = self.env.cr
        try:
            # After a failure the sentence is asked for in the language of the user.
            with cr.savepoint(flush=False):
                cr.execute(
                    "SELECT current_setting('lock_timeout'), set_config('lock_timeout', %s, true)",
                    [str(UNINSTALL_PATIENCE_MS)],
                )
                before = cr.fetchone()[0]
                run_script(cr, 'schema_drop.sql', log_exceptions=False)
                cr.execute("SELECT set_config('lock_timeout', %s, true)", [before])
        except (errors.LockNotAvailable, errors.DeadlockDetected) as error:
            # Odoo then takes back what it has done for the uninstallation.
            raise UserError(_(
                "Others use the tables of live models right now, so nothing was uninstalled: try again in a minute.",
            )) from error
        self.env.registry.clear_cache()

    def _there(self, name):
        return [trigger for trigger in live_trigger.read_triggers(self.env.cr) if trigger.arguments[0] == name]

    def _change(self, name, wanted, there):
        """Change the triggers of a model, for somebody who waits for it."""
        if not synchronisation.change(self.env.cr, wanted, there, patience_ms=2000):
            raise UserError(_("The model %s is being changed by others right now: try again in a minute.", name))

    def _wanted(self, name):
        return live_trigger.triggers_of(self.env.registry, name)

    @tools.ormcache()
    def _live_names(self):
        """Return the names of the models that are live: those with triggers, whether somebody chose them or a class did."""
        return frozenset(trigger.arguments[0] for trigger in live_trigger.read_triggers(self.env.cr))

    @api.autovacuum
    def _synchronise(self):
        """Make what could not be made before, because the tables were busy."""
        synchronisation.Synchronisation(self.env.registry)()

    @api.model
    def _load_views(self):
        """Load the views as the running series writes them. Called by the data of the addon."""
        load_views(self.env, 'web_live', VIEWS)
