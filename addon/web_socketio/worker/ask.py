# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which messages the listeners of an adapter take: one question of the sidecar for all of them."""
import logging
import time
import traceback

import gevent

from ..common.socketio_error import SocketIOError
from . import failure, frame
from .request import copied

_logger = logging.getLogger(__name__)

# A `get` that waits for something delays all other listeners. The sidecar waits for 30 s.
LIMIT_SECONDS = 5
MOST_SECONDS = 25

_careless = set()  # names of adapters whose `get` changes what it is given


class Ask(object):
    """:param exchange: the `Exchange`
    :param number: by which the sidecar knows it
    :param adapter: its name
    :param groups: list of ([ids], [numbers of requests])
    :param bodies: the messages, by their ids
    """

    def __init__(self, exchange, number, adapter, groups, bodies):
        self._exchange = exchange
        self._number = number
        self._adapter = adapter
        self._groups = groups
        self._bodies = bodies

    def answer(self):
        """Ask each listener's `get`, and tell the sidecar, whatever happens: all of them wait for it."""
        try:
            answer = self._ask_all()
        except BaseException as error:
            _logger.exception('The listeners of the adapter %s could not be asked', self._adapter)
            answer = {}, {str(one): _problem(error) for group in self._groups for one in group[1]}
        self._exchange.try_to_send(frame.plain(['selected', self._number] + list(answer)))

    def _ask_all(self):
        answer = None
        if self._adapter not in _careless:
            before = copied(self._bodies)
            answer = self._choose(lambda one: self._bodies[one])
            if _differ(self._bodies, before):
                # Who was asked later saw what somebody else had made of the messages: all are asked again, with their own.
                _careless.add(self._adapter)
                self._bodies = before
                _logger.warning(
                    'adapter_changed_message: get of the adapter %s changes the messages that it is given. Other listeners are '
                    'asked about the same ones, so each gets copies now, which is slower: return some of them as they are, '
                    'and change them in format.', self._adapter,
                )
        if self._adapter in _careless:
            answer = self._choose(lambda one: copied(self._bodies[one]))
        return answer

    def _log(self, error):
        if failure.is_new((self._adapter, type(error), traceback.format_exc()[-300:])):
            _logger.error('get of the adapter %s failed: %s', self._adapter, failure.text_of(error), exc_info=True)

    def _choose(self, body):
        limit = gevent.Timeout.start_new(LIMIT_SECONDS)
        try:
            return self._choose_within(limit, body)
        finally:
            limit.close()

    def _choose_within(self, limit, body):
        chosen, failed, gone = {}, {}, set()
        begun = fresh = time.time()
        for ids, numbers in (group[:2] for group in self._groups):
            messages, by_identity = None, None
            for number in numbers:
                request = self._exchange.requests.get(number)
                if request is None:
                    continue  # It was killed meanwhile.
                now = time.time()
                if now - begun > MOST_SECONDS:
                    failed[str(number)] = {'name': 'Timeout', 'message': 'get of other listeners took too long'}
                    continue
                if now - fresh > LIMIT_SECONDS / 5.0:
                    # Each has time of its own; to begin it anew for each of a thousand would take longer than `get`.
                    fresh = now
                    limit.cancel()
                    limit.start()
                if messages is None or self._adapter in _careless or not gone.isdisjoint(by_identity.values()):
                    left = [one for one in ids if one not in gone]
                    messages = [body(one) for one in left]
                    by_identity = {id(one): key for one, key in zip(messages, left)}
                if not messages:
                    break
                try:
                    taken = _take(request, messages, by_identity)
                except BaseException as error:
                    failed[str(number)] = _problem(error)
                    if error is limit:
                        fresh = 0
                    self._log(error)
                else:
                    if taken:
                        chosen[str(number)] = taken
                    if request.adapter.mode == 'queue':
                        # One listener takes it: the next ones choose from what is left.
                        gone.update(taken)
        return chosen, failed


def _differ(one, other):
    try:
        return one != other
    except RuntimeError:
        # Nested deeper than Python compares: nobody knows.
        return False


def _take(request, messages, by_identity):
    taken = request.adapter.get(list(messages), *request.args)
    if not isinstance(taken, (list, tuple)) or not all(id(one) in by_identity for one in taken):
        raise SocketIOError(
            'adapter_choice',
            'get of the adapter %s returned something else than a list of messages that it was given. Return some of them as '
            'they are, and change them in format.' % type(request.adapter).__name__, told=False,
        )
    return [by_identity[id(one)] for one in taken]


def _problem(error):
    if isinstance(error, SocketIOError):
        return {'name': error.code, 'message': failure.cut(error.message)}
    return {'name': type(error).__name__, 'message': failure.cut(failure.text_of(error))}
