"""What is measured inside of the worker."""
import time

import gevent

from odoo.addons.web_socketio.namespace import OpenERPNameSpace
from odoo.addons.web_socketio.web_socketio import SocketIO
from odoo.addons.web_socketio.worker.ask import Ask

TICK = 0.005

pauses = []
asks = [0]


class CountedAsk(Ask):
    def answer(self):
        asks[0] += 1
        return super(CountedAsk, self).answer()


def count_asks():
    from odoo.addons.web_socketio.worker import exchange

    exchange.Ask = CountedAsk


def tick():
    while True:
        start = time.time()
        gevent.sleep(TICK)
        pauses.append(time.time() - start - TICK)


class GaugeNameSpace(OpenERPNameSpace):

    def on_asks(self):
        """Return how often adapters were asked."""
        return asks[0]

    def on_pause(self):
        """Return the longest pause of the loop since the last call, in milliseconds."""
        longest = max(pauses or [0])
        del pauses[:]
        return longest * 1000


SocketIO.add_namespace('/bench_gauge', GaugeNameSpace)
count_asks()
gevent.spawn(tick)
