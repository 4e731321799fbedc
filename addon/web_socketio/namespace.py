# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The base of namespaces in Python. A Python worker runs them: see `web_socketio.worker`."""
from .common.socketio_error import SocketIOError, no_worker

__all__ = ['OpenERPNameSpace', 'SocketIOError']


class Session(object):
    """Who is connected.

    :param db: the name of the database
    :param uid: of the user, None before the session is known
    :param context: the user's context, a dictionary
    """

    def __init__(self, db, uid, context):
        self.db = self.database = db
        self.uid = uid
        self.context = context


class OpenERPNameSpace(object):
    """The server side of a namespace: extend it, and add a method `on_<event>` for each event.

    Each socket has an object of its own, so attributes of it are the state that all events of the socket share. What a
    method returns acknowledges its event. Each event runs in a greenlet of its own, which ends when the socket goes.

    :param host: what the worker gives: its way to the socket. Without it, nothing is behind the object
    """

    is_base_of_namespaces = True
    _host = None

    def __init__(self, host=None, *args, **kwargs):
        self._host = host
        self.ns_name = getattr(host, 'path', None)
        self.initialize()

    def initialize(self):
        """Called when the object has been made. Override it to set attributes."""

    @property
    def session(self):
        """Who is connected, a `Session`.

        :raises SocketIOError: `session_missing` before the session is known, which only events of the acl see
        """
        return self._needed('session').session

    @property
    def db(self):
        return self.session.db

    @property
    def database(self):
        return self.session.db

    @property
    def uid(self):
        return self.session.uid

    @property
    def context(self):
        return self.session.context

    def get_initial_acl(self):
        """Return the events that a page may send before `lift_acl_restrictions`, None for all. Override it.

        Names of events, or of their methods. They run without a session, so anybody can send them.
        """
        return []

    def lift_acl_restrictions(self):
        """Allow every event from now on. `on_session_id` does it."""
        self._needed('lift_acl_restrictions').lift()

    def on_session_id(self, session_id=None):
        """Called once, when the session is known, before `recv_connect`. Override it to look closer at who comes.

        :param session_id: None: what proves a session never gets here; `self.session` has what was looked up
        """
        self.lift_acl_restrictions()

    def recv_connect(self):
        """Called once the session is known. Override it."""

    def recv_disconnect(self):
        """Called after the socket is gone. Override it; models can still be called."""

    def stop_server(self):
        """Called when the sidecar is asked to stop, for two seconds at most. Override it."""

    def model(self, name):
        """Return a model of OpenERP's: `self.model('res.users').read([self.uid], ['name'])`.

        Each call is a transaction of its own, as the socket's user, with the session's context.
        """
        return self._needed('model').model(name)

    def emit(self, event, *args):
        """Send an event to this socket; nobody knows whether it arrives: see `secure_emit`."""
        self._needed('emit').emit(event, args)

    def listen(self, adapter, *args):
        """Wait for messages that an adapter takes, and return at least one, in the adapter's format.

        :param adapter: a class that extends `AbstractAdapter`
        :param args: given to its `get` and `format`
        """
        return self._needed('listen').listen(adapter, args)

    def messages(self, adapter, *args):
        """The same as a loop: `for lines in self.messages(ChatAdapter)`.

        In mode `each` the next turn confirms the one before; in a queue, confirm each by `secure_emit` or `validate`.
        """
        host = self._needed('messages')
        while True:
            yield host.listen(adapter, args, loop=True)

    def watch(self, adapter, *keys):
        """From now on `watched` brings the messages in which the adapter's `key` has one of these values."""
        self._needed('watch').watch(adapter, keys)

    def unwatch(self, adapter, *keys):
        """Watch these no more, whichever handler of this socket began to."""
        self._needed('unwatch').unwatch(adapter, keys)

    def watched(self, adapter):
        """A loop over the messages of what this socket watches with that adapter."""
        host = self._needed('watched')
        while True:
            yield host.listen_to_watched(adapter)

    def validate(self, adapter, valid):
        """Confirm what this handler took with that adapter (True), or put it back (False).

        :return: is it confirmed, for good?
        """
        return self._needed('validate').validate(adapter, valid)

    def secure_emit(self, adapter, event, *args):
        """Send an event, and validate what this handler took: confirmed if the page's handler succeeds.

        :return: is it confirmed?
        """
        return self._needed('secure_emit').secure_emit(adapter, event, args)

    def notify(self, channel, **values):
        """Send a message to a channel of this database, at once."""
        self._needed('notify').notify(channel, values)

    def broadcast_event(self, event, *args):
        """Send an event to every socket of this namespace in this database, on every sidecar."""
        self._needed('broadcast_event').broadcast(event, args, False)

    def broadcast_event_not_me(self, event, *args):
        """The same, but not to this socket."""
        self._needed('broadcast_event_not_me').broadcast(event, args, True)

    def spawn(self, function, *args, **kwargs):
        """Run a function beside this handler: what it takes is its own to confirm. It ends with the socket.

        :return: its greenlet
        """
        return self._needed('spawn').spawn(function, args, kwargs)

    def disconnect(self, silent=False):
        """Disconnect this socket."""
        self._needed('disconnect').disconnect()

    def is_installed(self, addon):
        """Return whether that addon is installed in the session's database."""
        return self._needed('is_installed').is_installed(addon)

    def _needed(self, what):
        if self._host is None:
            raise no_worker('%s of a namespace' % what)
        return self._host
