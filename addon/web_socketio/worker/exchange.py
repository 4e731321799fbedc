# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""One accepted link: what comes from the sidecar and goes to it, until the connection ends."""
import itertools
import logging

import gevent

from ..common import current as current_host
from ..common.socketio_error import SocketIOError
from . import frame, handling, run
from .ask import Ask
from .declared import declared
from .opened_socket import OpenedSocket
from .request import ListenRequest, Request

_logger = logging.getLogger(__name__)


class Exchange(object):
    """Reads frames and runs what they say.

    :param wire: a `Wire`, whose first lines have been exchanged
    :param database: the `Database` it is for
    :param told: what the hello said, a dictionary of `declared.declared`
    """

    def __init__(self, wire, database, told, reject):
        self.database = database
        self.runs = {}
        self.sockets = {}
        self.requests = {}
        self.is_stopping = False
        self._wire = wire
        self._reject = reject
        self._adapters = {}
        self._know(told)
        self._own = itertools.count(-1, -1)
        self._numbers = itertools.count(1)
        self._bodies = {}

    def serve(self, frames):
        """Do what the sidecar says until the connection ends.

        :param frames: what it said first
        :raises WireError: `link_protocol`
        """
        while frames is not None:
            self._bodies = {}
            for one in frames:
                if frame.check(one):
                    getattr(self, '_on_%s' % one[0])(*one[1:])
            frames = self._wire.read_line()

    def send(self, text):
        """Send a frame, which is JSON already.

        :raises SocketIOError: `link_lost`
        """
        self._wire.send(text)

    def try_to_send(self, text):
        """Send a frame that nobody needs once the link is gone: the sidecar has ended by itself what it is about."""
        if not self._wire.is_closed:
            self._wire.send(text)

    def wait_for_room(self):
        self._wire.wait_for_room()

    def ask(self, kind, number, rest):
        """Ask the sidecar for something of a run, and return the answer; it blocks the greenlet."""
        return self._wait(Request(next(self._numbers)), kind, '%d,%s' % (number, rest))

    def listen(self, kind, number, name, adapter, args, rest):
        """Wait for messages of an adapter, and return them in its format; it blocks the greenlet."""
        request = ListenRequest(next(self._numbers), adapter(self.database, 'socket'), args)
        wire_name = frame.plain(name)
        listener = self.runs.get(number)
        if listener is not None:
            listener.is_waiting = True
        try:
            messages = self._wait(request, kind, '%d,%s%s' % (number, wire_name, ',' + rest if rest else ''))
        finally:
            if listener is not None:
                listener.is_waiting = False
        try:
            return [request.adapter.format(one, *args) for one in messages]
        except Exception:
            self._give_back(number, wire_name)
            raise
        except BaseException:
            self.try_to_send('["unlisten",%d]' % request.number)
            raise

    def _give_back(self, number, wire_name):
        # Nobody confirms what nobody could read. What hinders this hides no mistake of the addon's.
        try:
            self.ask('validate', number, '%s,false' % wire_name)
        except SocketIOError as error:
            _logger.debug('What could not be formatted was not put back: %s', error)

    def _wait(self, request, kind, rest):
        self.requests[request.number] = request
        try:
            self.send('["%s",%d,%s]' % (kind, request.number, rest))
            return request.wait()
        except BaseException:
            # A timeout or an end may come when the answer is there already: nobody has seen its messages.
            if request.is_for_messages and not request.has_failed:
                self.try_to_send('["unlisten",%d]' % request.number)
            raise
        finally:
            self.requests.pop(request.number, None)

    def next_own(self):
        """Return a number for a run that the worker begins."""
        return next(self._own)

    def need_adapter(self, name, adapter):
        """Declare an adapter that was made after the hello."""
        if self._adapters.get(name) != adapter.channel:
            self.declare()

    def declare(self):
        """Tell the sidecar what is declared now."""
        told = declared()
        self._know(told)
        self.try_to_send('["declare",%s]' % frame.plain(told))

    def _know(self, told):
        self._adapters = {'%s.%s' % (one['addon'], one['name']): one['channel'] for one in told['adapters']}

    def stop(self):
        """Say that no run may come any more."""
        self.is_stopping = True
        self.try_to_send('["bye"]')

    def end(self):
        """End everything that runs here: the connection is gone, or the worker stops."""
        for one in list(self.runs.values()):
            one.end()
        for one in list(self.sockets.values()) if self._wire.is_closed else ():
            one.end()
        lost = SocketIOError('link_lost', 'The connection to the sidecar is gone.', retry=True, told=False)
        if self._wire.is_closed:
            for request in list(self.requests.values()):
                request.fail(lost)

    # What the sidecar says.

    def _on_open(self, number, path, session, *_more):
        opened = self.sockets.get(number)
        if opened is None:
            opened = self.sockets[number] = OpenedSocket(self, number, path)
        opened.know(session.get('uid'), session.get('context') or {}, bool(session.get('locked')))

    def _on_close(self, number, *_more):
        opened = self.sockets.pop(number, None)
        if opened is not None:
            opened.end()

    def _on_run(self, number, socket, kind, name, args, *_more):
        opened = self.sockets.get(socket)
        if opened is None:
            problem = {'code': 'worker_unavailable', 'message': 'The worker does not know the socket.', 'retry': True}
            problem.update(name='SocketIOError', traceback='', told=False)
            self.send(frame.plain(['throw', number, problem]))
            return
        function, label, addon = handling.find(opened, kind, name, args)
        opened.start(number, function, label, addon)
        if self.is_stopping:
            self.runs[number].end()

    def _on_end(self, number, *_more):
        one = self.runs.get(number)
        if one is not None:
            one.end()

    def _on_answer(self, number, value, *_more):
        request = self.requests.get(number)
        if request is not None:
            request.answer(frame.bodies_of(value, self._bodies) if request.is_for_messages else value)

    def _on_error(self, number, problem, *_more):
        request = self.requests.get(number)
        if request is not None:
            code, message = problem.get('code') or 'sidecar_failed', problem.get('message') or ''
            request.fail(SocketIOError(code, message, retry=bool(problem.get('retry')), told=False))

    def _on_messages(self, messages, *_more):
        self._bodies.update(frame.by_id(messages))

    def _on_ask(self, number, adapter, groups, *_more):
        ask = Ask(self, number, adapter, frame.check_groups(groups), self._bodies)
        gevent.spawn(ask.answer)

    def _on_unask(self, number, *_more):
        """Its run is ended by a frame of its own."""

    def _on_ping(self, number, *_more):
        self.send(frame.plain(['pong', number]))

    def _on_drain(self, *_more):
        """The sidecar ends the connection by itself."""

    def _on_rejected(self, problem, *_more):
        self._reject(problem)

    def _on_welcome(self, *_more):
        """Said already."""

    _on_refused = _on_welcome


def _find_host():
    found = run.current()
    return found and found.opened


def lend():
    """Put something behind the names of 2013: see `common.current`."""
    current_host.find_host = _find_host
