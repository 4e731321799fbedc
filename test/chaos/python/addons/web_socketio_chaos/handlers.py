"""What the server module of the suite does, in Python."""
import os

from odoo.addons.web_longpolling.namespace import LongPollingNameSpace
from odoo.addons.web_socketio.namespace import OpenERPNameSpace
from odoo.addons.web_socketio.session import AbstractAdapter
from odoo.addons.web_socketio.web_socketio import SocketIO

# So that many listeners share a queue, and a batch that is refused is not all of it.
BATCH = 20


class Counted(object):
    """What the pages of the suite get: the id, by which they count, and the values."""

    def format(self, message, *args):
        return {'id': message['id'], 'values': message['values']}


class EachAdapter(Counted, AbstractAdapter):
    channel = 'chaos_each'
    mode = 'each'

    def get(self, messages, *args):
        return [one for one in messages if 'n' in one['values'] or 'last' in one['values']]


class QueueAdapter(Counted, AbstractAdapter):
    channel = 'chaos_queue'

    def get(self, messages, *args):
        return messages[:BATCH]


@LongPollingNameSpace.on('each', adapterClass=EachAdapter, eventtype='connect')
def each(session):
    while True:
        session.secure_emit('each', session.listen())


class QueueNameSpace(OpenERPNameSpace):

    def recv_connect(self):
        while True:
            messages = self.listen(QueueAdapter)
            note('taken', messages)
            try:
                confirmed = self.secure_emit(QueueAdapter, 'queue', messages)
                note('confirmed' if confirmed else 'refused', messages)
            except BaseException:
                note('dropped', messages)
                raise


SocketIO.add_namespace('/chaos_queue', QueueNameSpace)


def note(what, messages):
    """Write it at once, so that it outlives a SIGKILL."""
    line = '%s %s\n' % (what, ','.join(one['id'] for one in messages))
    journal = os.open('%s/%d.txt' % (os.environ['CHAOS_JOURNAL'], os.getpid()), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(journal, line.encode('ascii'))
    finally:
        os.close(journal)
