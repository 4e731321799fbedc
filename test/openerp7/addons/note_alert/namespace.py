# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from openerp.addons.web_longpolling.namespace import LongPollingNameSpace
from openerp.addons.web_socketio.session import AbstractAdapter


class AlertAdapter(AbstractAdapter):
    channel = 'note_alert'

    def get(self, messages, uid):
        return [message for message in messages if message['values']['to_id'] == uid]


@LongPollingNameSpace.on('note alert', adapterClass=AlertAdapter, eventtype='connect')
def alert(session, event):
    while True:
        alerts = session.listen(session.uid)
        session.secure_emit(AlertAdapter, 'note alert', session.model('note.alert').format_alerts(alerts))
