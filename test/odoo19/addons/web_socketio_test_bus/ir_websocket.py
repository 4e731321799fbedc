# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models
from odoo.http import SessionExpiredException, request


class IrWebsocket(models.AbstractModel):
    _inherit = 'ir.websocket'

    def _build_bus_channel_list(self, channels):
        if 'fail' in channels:
            raise AttributeError('An addon has a fault')
        if 'over' in channels:
            raise SessionExpiredException('Session expired')
        # What an environment has of its user.
        here = 'in %s of %s' % (self.env.lang, self.env.companies.ids)
        return super()._build_bus_channel_list([*channels, (self.env.user.partner_id, 'of an addon'), here])

    def _serve_ir_websocket(self, event_name, data):
        super()._serve_ir_websocket(event_name, data)
        if event_name == 'test_tell':
            self._tell('told', data, request.session.sid)
        if event_name == 'test_tell_and_fail':
            self._tell('not told', data, request.session.sid)
            raise {'fault': AttributeError, 'input': ValueError}[data]('Not like this')

    def _on_websocket_closed(self, cookies):
        super()._on_websocket_closed(cookies)
        self._tell('closed', sorted(cookies), cookies.get('session_id'))

    def _tell(self, what, data, session_id):
        self.env['bus.bus']._sendone('test_told', what, {
            'uid': self.env.uid,
            'data': data,
            'session': session_id,
            'cookie': request.cookies.get('mine'),
            'address': request.httprequest.remote_addr,
            'agent': request.httprequest.user_agent.string,
            'language': request.httprequest.headers.get('Accept-Language'),
        })
