# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How many model calls of a database may run at once, and whose turn it is."""
from collections import OrderedDict, deque
from contextlib import contextmanager

from gevent import getcurrent
from gevent.event import AsyncResult


class Cursors(object):
    """A user who asks for many waits behind those who ask for one.

    :param most: so many at once
    """

    def __init__(self, most):
        self._free = most
        self._having = set()
        self._waiting = OrderedDict()  # user: deque of AsyncResult; whose turn is next comes first

    @contextmanager
    def turn(self, uid):
        """Wait for a turn, and give it back at the end. Who has one needs no other: two such would wait for each other."""
        greenlet = getcurrent()
        if greenlet in self._having:
            yield
            return
        self._enter(uid)
        self._having.add(greenlet)
        try:
            yield
        finally:
            self._having.discard(greenlet)
            self._leave()

    def _enter(self, uid):
        if self._free > 0:
            self._free -= 1
            return
        turn = AsyncResult()
        self._waiting.setdefault(uid, deque()).append(turn)
        try:
            turn.get()
        except BaseException:
            # Killed while it waited, or when it had just got its turn.
            if turn.ready():
                self._leave()
            else:
                self._give_up(uid, turn)
            raise

    def _give_up(self, uid, turn):
        queue = self._waiting[uid]
        queue.remove(turn)
        if not queue:
            del self._waiting[uid]

    def _leave(self):
        if not self._waiting:
            self._free += 1
            return
        uid, queue = self._waiting.popitem(last=False)
        turn = queue.popleft()
        if queue:
            self._waiting[uid] = queue
        turn.set(None)
