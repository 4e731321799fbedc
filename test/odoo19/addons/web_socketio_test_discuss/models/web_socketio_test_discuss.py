# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models


class WebSocketioTestDiscuss(models.AbstractModel):
    """What only code in Odoo may do: for the tests, which come by RPC as the administrator."""

    _name = 'web_socketio_test.discuss'
    _description = "Methods for the tests of Odoo's bus"

    @api.model
    def send(self, channel, kind, payload):
        """Sends to a channel that has a text for its name. Returns the id of the last notification before."""
        last = self.last_id()
        self.env['bus.bus']._sendone(channel, kind, payload)
        return last

    @api.model
    def send_to(self, model, record_id, kind, payload, subchannel=None):
        """Sends to the channel of a record."""
        self.env[model].browse(record_id)._bus_send(kind, payload, subchannel=subchannel)
        return True

    @api.model
    def last_id(self):
        return self.env['bus.bus'].sudo()._bus_last_id()

    @api.model
    def update_presence(self, model, record_id, inactivity=0):
        """As Odoo does for a page that tells for how many milliseconds nobody has touched it."""
        self.env['mail.presence']._update_presence(self.env[model].browse(record_id), inactivity)
        return True

    @api.model
    def forget_presences(self):
        """As if nobody had been there ever."""
        self.env['mail.presence'].search([]).unlink()
        return True

    @api.model
    def vacuum_presences(self):
        self.env['mail.presence']._gc_bus_presence()
        return True

    @api.model
    def make_guest(self, name):
        """Makes a guest. Returns its id, and the cookie by which a browser is that guest."""
        guest = self.env['mail.guest'].create({'name': name})
        return {'id': guest.id, 'cookie': '%s=%s' % (guest._cookie_name, guest._format_auth_cookie())}

    @api.model
    def presence_token(self, model, record_id):
        """What Odoo gives to pages that may see whether somebody is there."""
        return self.env[model].browse(record_id)._get_im_status_access_token()

    @api.model
    def run_in_background(self, code):
        """Lets a background job of Odoo run that code soon, in a process of its own."""
        self.env['ir.cron'].create({
            'name': 'For a test',
            'model_id': self.env.ref('base.model_res_partner').id,
            'state': 'code',
            'code': code,
            'interval_number': 1,
            'interval_type': 'weeks',
        })._trigger()
        return True
