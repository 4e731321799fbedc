# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import random


class BackOff(object):
    """How long to wait before the next attempt: twice as long each time, with jitter, so that not all come at once.

    :param first: seconds
    :param most: seconds
    """

    def __init__(self, first=0.25, most=5.0):
        self._first = first
        self._most = most
        self._next = first

    def next(self):
        """Return seconds."""
        delay, self._next = self._next, min(self._most, self._next * 2)
        return delay * random.uniform(0.5, 1)

    def reset(self):
        """It worked: begin anew."""
        self._next = self._first
