# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The shared namespace in Python. A Python worker runs its handlers: see `web_socketio.worker`."""
from ..web_socketio.common import declarations
from ..web_socketio.common.socketio_error import SocketIOError
from ..web_socketio.namespace import OpenERPNameSpace, Session

TYPES = ('connect', 'on', 'disconnect')


class LongPollingNameSpace(OpenERPNameSpace):
    """Addons declare handlers with `on`, and extend nothing."""

    @classmethod
    def on(cls, event, adapterClass=None, eventtype='on'):
        """Declare a handler: `@LongPollingNameSpace.on('news', adapterClass=NewsAdapter, eventtype='connect')`.

        :param event: its name; for `connect` and `disconnect` a label
        :param adapterClass: what `listen`, `validate` and `secure_emit` of its session use
        :param eventtype: `connect`, when a page connects; `on`, when it emits the event; `disconnect`, when it is gone
        :return: a decorator, which leaves the function as it is; called with the session and the event's arguments
        :raises SocketIOError: `handler_invalid`
        """
        if eventtype not in TYPES:
            raise SocketIOError(
                'handler_invalid',
                "'%s' is not an eventtype of '%s'. Use one of %s." % (eventtype, event, ', '.join(TYPES)),
                told=False,
            )
        if adapterClass is not None and not getattr(adapterClass, 'declared_name', None):
            raise SocketIOError(
                'handler_invalid',
                "The adapterClass of '%s' is %r. Give a class that extends AbstractAdapter." % (event, adapterClass),
                told=False,
            )

        def decorate(function):
            declarations.add_handler(event, eventtype, adapterClass, function)
            return function
        return decorate


class LongPollingSession(Session):
    """What a handler gets: the page's session, with the methods of a namespace, bound to the handler's adapter."""

    def __init__(self, host, event, adapter):
        # Not copied: a handler that listens for days has the user's language and companies of now.
        self._host = host
        self._event = event
        self._adapter = adapter

    @property
    def db(self):
        return self._host.session.db

    @property
    def database(self):
        return self._host.session.db

    @property
    def uid(self):
        return self._host.session.uid

    @property
    def context(self):
        return self._host.session.context

    def listen(self, *args):
        """Wait for messages that the adapter takes; see `OpenERPNameSpace.listen`."""
        return self._host.listen(self._needed('listen'), args)

    def messages(self, *args):
        """The same as a loop: `for news in session.messages()`."""
        adapter = self._needed('messages')
        while True:
            yield self._host.listen(adapter, args, loop=True)

    def watch(self, *keys):
        """From now on `watched` brings this page what has one of these values of the adapter's key."""
        self._host.watch(self._needed('watch'), keys)

    def unwatch(self, *keys):
        """Watch these no more, whichever handler of this page began to."""
        self._host.unwatch(self._needed('unwatch'), keys)

    def watched(self):
        """A loop over what this page watches, whichever handler began to."""
        adapter = self._needed('watched')
        while True:
            yield self._host.listen_to_watched(adapter)

    def validate(self, valid):
        """Confirm (True) or put back (False) what `listen` returned. Return whether it is confirmed."""
        return self._host.validate(self._needed('validate'), valid)

    def secure_emit(self, event, *args):
        """Emit, wait for the page's acknowledgement, then validate. Return whether it is confirmed."""
        return self._host.secure_emit(self._needed('secure_emit'), event, args)

    def emit(self, event, *args):
        """Send an event to this page only; nobody knows whether it arrives."""
        self._host.emit(event, args)

    def broadcast_event(self, event, *args):
        """Send an event to every page of this database that has this namespace."""
        self._host.broadcast(event, args, False)

    def broadcast_event_not_me(self, event, *args):
        """The same, but not to this page."""
        self._host.broadcast(event, args, True)

    def notify(self, channel, **values):
        """Send a message to a channel of this database."""
        self._host.notify(channel, values)

    def model(self, name):
        """Return a model of OpenERP's, with the rights of this session's user."""
        return self._host.model(name)

    def spawn(self, function, *args, **kwargs):
        """Run a function beside this handler, as a greenlet that ends with the page."""
        return self._host.spawn(function, args, kwargs)

    def is_installed(self, addon):
        """Return whether that addon is installed in the session's database."""
        return self._host.is_installed(addon)

    def _needed(self, method):
        if self._adapter is None:
            raise SocketIOError(
                'adapter_missing',
                "The handler of '%s' called %s without an adapter. Declare it with adapterClass=MyAdapter."
                % (self._event, method),
                told=False,
            )
        return self._adapter
