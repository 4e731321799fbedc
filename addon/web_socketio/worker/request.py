# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a greenlet waits for: the sidecar's answer."""
from gevent.event import AsyncResult


class Request(object):
    """A question to the sidecar.

    :param number: by which the answer is known
    """

    __slots__ = ('number', '_result')
    is_for_messages = False

    def __init__(self, number):
        self.number = number
        self._result = AsyncResult()

    @property
    def has_failed(self):
        """Did the sidecar answer with an error?"""
        return self._result.exception is not None

    def wait(self):
        """Return the answer; it blocks the greenlet."""
        return self._result.get()

    def answer(self, value):
        """Hand on the sidecar's answer."""
        self._result.set(value)

    def fail(self, error):
        """Raise an error where it is waited for."""
        self._result.set_exception(error)


class ListenRequest(Request):
    """Waits for messages.

    :param adapter: an object of the adapter's class
    :param args: what `listen` was given, as it was given
    """

    __slots__ = ('adapter', 'args')
    is_for_messages = True

    def __init__(self, number, adapter, args):
        super(ListenRequest, self).__init__(number)
        self.adapter = adapter
        self.args = args

    def answer(self, value):
        """Hand on copies of the messages: what a handler does with them does not reach those of another one."""
        self._result.set([copied(one) for one in value])


def copied(value):
    """Return a copy of what JSON can hold."""
    try:
        return _copied(value)
    except RuntimeError:
        # RecursionError, as Python 3 has it.
        return _copied_deep(value)


def _copied(value):
    if isinstance(value, dict):
        return {key: _copied(one) if isinstance(one, (dict, list)) else one for key, one in value.items()}
    if isinstance(value, list):
        return [_copied(one) if isinstance(one, (dict, list)) else one for one in value]
    return value


def _copied_deep(value):
    root = [value]
    left = [root]
    while left:
        outer = left.pop()
        for key, one in list(outer.items() if isinstance(outer, dict) else enumerate(outer)):
            if isinstance(one, (dict, list)):
                outer[key] = type(one)(one)
                left.append(outer[key])
    return root[0]
