from openerp.addons.web_longpolling.namespace import LongPollingNameSpace
from openerp.addons.web_socketio.session import AbstractAdapter


class ReminderAdapter(AbstractAdapter):
    channel = 'reminder'

    def get(self, messages, uid):
        return [m for m in messages if m['values']['to_id'] == uid]


@LongPollingNameSpace.on('reminder', adapterClass=ReminderAdapter, eventtype='connect')
def send_reminders(session):
    while True:
        reminders = session.listen(session.uid)
        session.secure_emit('reminder', reminders)
