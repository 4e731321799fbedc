# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import date, datetime

from werkzeug.exceptions import NotFound

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.http import request
from odoo.service import security


class DerivedError(UserError):
    pass


class WebSocketIOTestCall(models.AbstractModel):
    _name = 'web_socketio_test.call'
    _description = 'Methods that answer in all ways'

    def _flush(self):
        if hasattr(self.env, 'flush_all'):
            self.env.flush_all()
        else:
            self.flush()  # Odoo 14

    @api.model
    def answer_nothing(self):
        return None

    @api.model
    def answer_context(self):
        return dict(self.env.context)

    @api.model
    def become(self, uid):
        """Go on as another user in the same session, as OCA's `impersonate_login` does, or back."""
        before = request.session.get('test_before')
        request.session['test_before'] = False if before == uid else request.session.uid
        request.session.uid = uid
        if hasattr(self.env.registry, 'clear_cache'):
            self.env.registry.clear_cache()
        else:
            self.clear_caches()
        request.session.session_token = security.compute_session_token(request.session, self.env)

    @api.model
    def answer_session(self, key):
        return request.session.get(key)

    @api.model
    def remember_in_session(self, key, value):
        request.session[key] = value

    @api.model
    def answer_text(self, length):
        return 'x' * length

    @api.model
    def answer(self, value):
        return value

    @api.model
    def answer_with_keywords(self, value, other=None, **kwargs):
        return [value, other, kwargs]

    @api.model
    def answer_python(self, value):
        # What JSON does not have.
        return {
            'datetime': datetime(2026, 2, 28, 23, 59, 58, 123456),
            'date': date(2026, 2, 28),
            'bytes': b'AAEC/w==',
            'tuple': (1, None),
            'records': self.env.user,
            'nothing': self.env['res.users'],
            'number as key': {1: 'one'},
            'power': 2 ** 64,
            'nan': float('nan'),
            'set': {1},
            'two keys': {(1, 2): 3},
        }[value]

    @api.model
    def raise_derived_error(self, message):
        raise DerivedError(message)

    @api.model
    def raise_not_found(self):
        raise NotFound()

    @api.model
    def raise_database_error(self):
        self.env.cr.execute('SELECT no_such_column FROM res_users')

    @api.model
    def read_file(self, path):
        with open(path) as file:
            return file.read()

    @api.model
    def login_twice(self):
        # Found by PostgreSQL when the changes are written, not by Odoo before.
        self.env.user.sudo().copy({'login': 'copied'})
        self.env.user.sudo().write({'login': 'copied'})

    @api.model
    def answer_session_after_conflict(self, key):
        self.rename_after_conflict('Again')
        return request.session.get(key)

    @api.model
    def rename_after_conflict(self, name):
        # As if another transaction had changed the same row: Odoo runs the method again.
        if not self.env.registry.__dict__.pop('web_socketio_test_conflict', False):
            self.env.registry.web_socketio_test_conflict = True
            self.env.user.partner_id.sudo().name = 'Lost'
            self._flush()
            self.env.cr.execute("""DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$""")
        self.env.user.partner_id.sudo().name = name
        return name

    @api.model
    def rename_and_answer(self, name, value):
        self.env.user.partner_id.sudo().name = name
        return self.answer_python(value)

    @api.model
    def raise_user_error(self, message):
        raise UserError(message)

    @api.model
    def raise_validation_error(self, message):
        raise ValidationError(message)

    @api.model
    def raise_key_error(self, key):
        return {}[key]

    @api.model
    def rename_and_fail(self, name):
        self.env.user.partner_id.sudo().name = name
        self._flush()
        raise UserError('Rolled back')

    @api.model
    def count(self, ids):
        """Add one to a number, slowly: of two at the same time one conflicts."""
        partner = self.env['res.partner'].browse(ids)
        color = partner.color
        self.env.cr.execute('SELECT pg_sleep(0.1)')
        partner.color = color + 1
        self._flush()
        return True

    @api.model
    def cache_and_sleep(self, key, value):
        """Have Odoo remember a parameter that is not committed, and be busy after that."""
        parameters = self.env['ir.config_parameter'].sudo()
        parameters.set_param(key, value)
        self.env.cr.execute("SELECT set_config('application_name', %s, false)", [parameters.get_param(key)])
        self.env.cr.execute('SELECT pg_sleep(60)')
