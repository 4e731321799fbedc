# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import re

from odoo import models

# What a page asks for, to be given the channel of a record: 'test-record:res.partner,7' or 'test-record:res.partner,7,PRIVATE'.
RECORD = re.compile(r'test-record:([\w.]+),(\d+)(?:,(\w+))?$')


class IrWebsocket(models.AbstractModel):
    _inherit = 'ir.websocket'

    def _build_bus_channel_list(self, channels):
        channels = list(channels)
        for name in [name for name in channels if isinstance(name, str)]:
            match = RECORD.match(name)
            if match:
                model, record_id, subchannel = match.groups()
                record = self.env[model].browse(int(record_id))
                channels.remove(name)
                channels.append((record, subchannel) if subchannel else record)
        return super()._build_bus_channel_list(channels)

    def _serve_ir_websocket(self, event_name, data):
        super()._serve_ir_websocket(event_name, data)
        if event_name == 'web_socketio_test_discuss/echo':
            self.env['bus.bus']._sendone(
                data['channel'], event_name, {'uid': self.env.uid, 'lang': self.env.lang, 'text': data['text']}
            )
