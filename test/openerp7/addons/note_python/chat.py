from openerp.addons.web_socketio.namespace import OpenERPNameSpace
from openerp.addons.web_socketio.session import AbstractAdapter
from openerp.addons.web_socketio.web_socketio import SocketIO


class ChatAdapter(AbstractAdapter):
    channel = 'chat'

    def get(self, messages, uid):
        return [m for m in messages if m['values']['to_id'] == uid]

    def format(self, message, uid):
        return {'text': message['values']['text'], 'from_id': message['uid']}


class ChatNameSpace(OpenERPNameSpace):
    def on_open(self):
        while True:
            lines = self.listen(ChatAdapter, self.uid)
            self.secure_emit(ChatAdapter, 'said', lines)

    def on_say(self, to_id, text):
        self.notify('chat', to_id=to_id, text=text)
        return 'sent'


SocketIO.add_namespace('/chat', ChatNameSpace)
