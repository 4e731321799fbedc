# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""One socket of the sidecar's whose handlers run in this worker: what a namespace and a session reach it by."""
import time

import gevent
from gevent.event import Event
from greenlet import GreenletExit

from ..common import declarations
from ..common.socketio_error import SocketIOError
from ..namespace import Session
from . import frame
from .adapter import check_keys, name_of
from .run import AdoptedRun, Run, current

# As long a page that is gone may still call models; what its handlers have begun may end by itself.
GRACE_SECONDS = 10
_PAUSE_SECONDS = 0.01
_MOST_PAUSE_SECONDS = 1.0


class OpenedSocket(object):
    """:param exchange: the `Exchange` by which it came
    :param number: by which the sidecar knows it
    :param path: of its namespace
    """

    def __init__(self, exchange, number, path):
        self.exchange = exchange
        self.database = exchange.database
        self.number = number
        self.path = path
        self.uid = None
        self.runs = set()
        self._session = None
        self._is_locked = False
        self._name_space = None
        self._is_made = None
        self._closed = None  # when
        self._pause = _PAUSE_SECONDS

    def know(self, uid, context, is_locked):
        """Take whose it is; None until the session is known."""
        self.uid = uid
        self._is_locked = is_locked
        self._session = None if uid is None else Session(self.database.name, uid, context)

    @property
    def session(self):
        if self._session is None:
            raise SocketIOError(
                'session_missing',
                "The session of this socket of '%s' is not known yet: only events of get_initial_acl run before it is."
                % self.path, told=False,
            )
        return self._session

    def name_space(self):
        """Return the namespace's object; the first event makes it, the others wait for that."""
        while self._name_space is None:
            if self._is_made is None:
                self._is_made = Event()
                try:
                    self._name_space = declarations.namespaces[self.path].cls(self)
                finally:
                    self._is_made.set()
                    self._is_made = None
            else:
                self._is_made.wait()
        return self._name_space

    def is_live(self):
        """Return whether its socket and its link are there; if not, the caller's greenlet may end what it does, and no more.

        :raises GreenletExit: some time after the end, for who goes on
        """
        if self._closed is None:
            return True
        self._slow_down()
        if time.time() - self._closed > GRACE_SECONDS:
            raise GreenletExit
        return False

    def _slow_down(self):
        # An `except:` catches the end of its greenlet. A loop around it would fail at once again and again, and no other
        # greenlet would ever run: so each time it has to wait, and longer.
        gevent.sleep(self._pause)
        self._pause = min(self._pause * 2, _MOST_PAUSE_SECONDS)

    # What the classes of the API call.

    def emit(self, event, args):
        text = '["emit",%d,%s,%s]' % (self.number, _text(event), _values(event, args))
        if self.is_live():
            self.exchange.send(text)
            self.exchange.wait_for_room()

    def lift(self):
        if self.is_live():
            self.exchange.send('["lift",%d]' % self.number)

    def disconnect(self):
        if self.is_live():
            self.exchange.send('["disconnect",%d]' % self.number)

    def listen(self, adapter, args, loop=False):
        run = self._run()
        wire_args = '%s,%s' % (frame.encode_args(args), 'true' if loop else 'false')
        return self.exchange.listen('listen', run, self._declared(adapter), adapter, args, wire_args)

    def listen_to_watched(self, adapter):
        return self.exchange.listen('watched', self._run(), self._declared(adapter), adapter, (), None)

    def watch(self, adapter, keys):
        self._send_keys('watch', adapter, keys)

    def unwatch(self, adapter, keys):
        self._send_keys('unwatch', adapter, keys)

    def _send_keys(self, kind, adapter, keys):
        name = self._declared(adapter)
        check_keys(adapter, keys)
        text = frame.encode(list(keys), 'keys', 'What %s was given' % kind, 'watch_invalid')
        self.exchange.send('["%s",%d,%s,%s]' % (kind, self._run(), _text(name), text))

    def validate(self, adapter, valid):
        rest = '%s,%s' % (_text(self._declared(adapter)), 'true' if valid else 'false')
        return self.exchange.ask('validate', self._run(), rest)

    def secure_emit(self, adapter, event, args):
        rest = '%s,%s,%s' % (_text(self._declared(adapter)), _text(event), _values(event, args))
        return self.exchange.ask('secure_emit', self._run(), rest)

    def broadcast(self, event, args, others):
        rest = '%s,%s,%s' % (_text(event), _values(event, args), 'true' if others else 'false')
        self.exchange.ask('broadcast', self._run(), rest)

    def notify(self, channel, values):
        text = frame.encode(values, 'values', "The message of '%s'" % channel, 'message_invalid')
        self.exchange.ask('notify', self._run(), '%s,%s' % (_text(channel), text))

    def model(self, name):
        self.is_live()
        if self._is_locked:
            raise SocketIOError('session_locked', 'The session is locked, so it calls no model.', retry=True)
        session = self.session
        return self.database.model(session.uid, session.context, name, self.is_live)

    def spawn(self, function, args, kwargs):
        self._need_run()
        parent = current()
        label = 'spawn of %s' % getattr(function, '__name__', repr(function))
        addon = declarations.addon_of(getattr(function, '__module__', None) or '')
        run = Run(self.exchange.next_own(), self, lambda: function(*args, **kwargs), label, addon)
        self._begin(run, parent, label)
        run.start()
        return run

    def is_installed(self, addon):
        return addon in self.database.installed

    # Runs.

    def start(self, number, function, label, addon):
        """Run a handler for the sidecar."""
        run = Run(number, self, function, label, addon)
        self.runs.add(run)
        self.exchange.runs[number] = run
        run.start()

    def forget(self, run):
        """A run has ended."""
        self.runs.discard(run)
        self.exchange.runs.pop(run.number, None)

    def end(self):
        """End all that runs for it: it is gone."""
        self._closed = self._closed or time.time()
        for run in list(self.runs):
            run.end()

    def _begin(self, run, parent, label):
        # One that has ended is none; the socket says enough.
        number = parent.number if parent in self.runs else 0
        self.runs.add(run)
        self.exchange.runs[run.number] = run
        self.exchange.send(frame.plain(['start', run.number, number, label, self.number]))

    def _run(self):
        """Return the number of the run that the current greenlet is of this socket; it is made one if it is none."""
        self._need_run()
        greenlet = gevent.getcurrent()
        if isinstance(greenlet, Run) and greenlet.opened is self:
            return greenlet.number
        for run in self.runs:
            if getattr(run, 'greenlet', None) is greenlet:
                return run.number
        if not isinstance(greenlet, gevent.Greenlet):
            raise SocketIOError('run_missing', 'This runs in no greenlet of a handler, so it has no messages.', told=False)
        run = AdoptedRun(self.exchange.next_own(), self, greenlet)
        self._begin(run, current(), 'greenlet of %s' % self.path)
        return run.number

    def _need_run(self):
        """End the greenlet once more if its run has ended, or its socket has."""
        run = current()
        if self._closed is not None or (run is not None and run.opened is self and run.is_ended):
            self._slow_down()
            raise GreenletExit

    def _declared(self, adapter):
        name = name_of(adapter)
        self.exchange.need_adapter(name, adapter)
        return name


def _text(value):
    return frame.plain(value)


def _values(event, args):
    return frame.encode(args, 'args', "What is emitted with '%s'" % event, 'event_invalid')
