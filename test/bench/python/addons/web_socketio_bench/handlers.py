"""What the server module of the benchmark does, in Python."""
from odoo.addons.web_longpolling.namespace import LongPollingNameSpace
from odoo.addons.web_socketio.session import AbstractAdapter

MANY = 50


class OneAdapter(AbstractAdapter):
    channel = 'bench_one'
    mode = 'each'
    key = 'to_id'


class QueueOneAdapter(AbstractAdapter):
    channel = 'bench_queue_one'
    key = 'to_id'


class AllAdapter(AbstractAdapter):
    channel = 'bench_all'
    mode = 'each'


class ChosenAdapter(AbstractAdapter):
    channel = 'bench_chosen'
    mode = 'each'

    def get(self, messages, uid):
        return [one for one in messages if one['values']['to_id'] == uid]


def deliver(adapter):
    """A page that wants messages of a channel emits its name."""
    @LongPollingNameSpace.on(adapter.channel, adapterClass=adapter)
    def wait(session):
        while True:
            session.secure_emit('bench', session.listen(session.uid))


for adapter in (OneAdapter, QueueOneAdapter, AllAdapter, ChosenAdapter):
    deliver(adapter)

for number in range(MANY):
    deliver(type('Many%d' % number, (AbstractAdapter,), {
        'channel': 'bench_many_%d' % number, 'mode': 'each', '__module__': __name__,
    }))


@LongPollingNameSpace.on('bench_echo')
def echo(session, value):
    return value
