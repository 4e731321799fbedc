# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.web_longpolling.namespace import LongPollingNameSpace
from odoo.addons.web_socketio.namespace import OpenERPNameSpace
from odoo.addons.web_socketio.session import AbstractAdapter
from odoo.addons.web_socketio.web_socketio import SocketIO


class News(AbstractAdapter):
    channel = 'web_socketio_test_python.news'
    mode = 'each'
    key = 'to_id'


class Tasks(AbstractAdapter):
    channel = 'web_socketio_test_python.task'


@LongPollingNameSpace.on('web_socketio_test_python.news', adapterClass=News, eventtype='connect')
def send_news(session):
    for news in session.messages(session.uid):
        session.secure_emit('web_socketio_test_python.news', news)


@LongPollingNameSpace.on('web_socketio_test_python.partners')
def partners(session, start):
    found = session.model('res.partner').search_read([('name', 'like', start)], ['name'])
    return sorted(partner['name'] for partner in found)


@LongPollingNameSpace.on('web_socketio_test_python.rest')
def rest(session, others=0):
    return session.model('web_socketio_test_python.task').rest(others)


class Workshop(OpenERPNameSpace):
    """Does tasks, one at a time, and counts them: `done` belongs to this socket, and all of its events see it."""

    def recv_connect(self):
        self.done = []

    def on_begin(self):
        while True:
            for task in self.listen(Tasks):
                try:
                    self.done.append(self.model('web_socketio_test_python.task').do(task['number']))
                except Exception as error:
                    self.emit('failed', '%s' % error)
                    self.model('web_socketio_test_python.task').fail_no_more()
                    self.validate(Tasks, False)
                    break
            else:
                self.validate(Tasks, True)

    def on_count(self):
        return len(self.done)


SocketIO.add_namespace('/web_socketio_test_python', Workshop)
