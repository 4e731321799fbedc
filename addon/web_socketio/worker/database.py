# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""One database that a worker serves: its registry, its row, and its links."""
import logging

import gevent

from ..common import declarations
from . import failure
from .back_off import BackOff
from .cursors import Cursors
from .declared import declared
from .link import Link
from .links import Links
from .model import Model
from .proof import BEAT_SECONDS, beat
from .said import Said

_logger = logging.getLogger(__name__)

FOLLOW_SECONDS = 1.0
PATIENCE_SECONDS = 10.0
LOOK_UP_SECONDS = 3.0


class Database(object):
    """:param registry: what `runtime.registry` gives for it
    :param options: of the command line
    :param release: of the addon
    """

    def __init__(self, registry, options, release):
        self.name = registry.db
        self.registry = registry
        self.installed = frozenset()
        self.declared = None
        self._version = None
        self._cursors = Cursors(options.max_cursor)
        self.links = Links(options.sidecars, lambda address: Link(self, address, release))
        self._said = Said(_logger.warning)
        self._reported = None
        # Something has changed, and is not loaded yet.
        self._is_old = False
        self._greenlets = []

    def start(self):
        """Load it, and link it; it is tried again until that works. Nothing happens if it has started."""
        if not self._greenlets:
            self._greenlets.append(gevent.spawn(self._start))

    def _start(self):
        back_off = BackOff(0.5)
        while not self._attempt(self._load):
            gevent.sleep(back_off.next())
        self._greenlets += [gevent.spawn(self._repeat, BEAT_SECONDS, self._beat)]
        self._greenlets += [gevent.spawn(self._repeat, FOLLOW_SECONDS, self._follow)]
        self.links.follow()
        self._greenlets += [gevent.spawn(self._repeat, LOOK_UP_SECONDS, self.links.follow)]

    def load(self):
        """Load the registry, which imports the addons.

        :raises Exception: whatever hinders it
        """
        self.registry.load()
        self.installed = frozenset(self.registry.installed())
        self._version = declarations.version()
        self.declared = declared()

    def _load(self):
        self.load()
        # Are the tables there? Each link writes its own row.
        beat(self.registry, [])
        self._report()

    def _attempt(self, function):
        try:
            function()
        except (Exception, gevent.Timeout) as error:
            self._said.say(
                (function.__name__, type(error).__name__), "The database '%s' cannot be served: %s: %s. It is tried again "
                'and again.', self.name, type(error).__name__, failure.text_of(error).strip().rstrip('.'),
            )
            _logger.debug("Serving '%s' failed", self.name, exc_info=True)
            return False
        if self._said.forget():
            _logger.info("The database '%s' can be served again", self.name)
        return True

    def _repeat(self, seconds, function):
        while True:
            gevent.sleep(seconds)
            self._attempt(function)

    def _beat(self):
        # A connection that is dead and does not know it holds up nobody for minutes.
        with gevent.Timeout(PATIENCE_SECONDS):
            for one in beat(self.registry, [one.proof for one in self.links if one.proof.is_written]):
                one.put(self.declared)

    def _follow(self):
        with gevent.Timeout(PATIENCE_SECONDS):
            self._is_old = self.registry.follow() or self._is_old
        if self._is_old:
            self.registry.load()
            self.installed = frozenset(self.registry.installed())
            self._is_old = False
            _logger.info("'%s' has changed: its models are those of now", self.name)
        if declarations.version() != self._version:
            version, now = declarations.version(), declared()
            for one in self.links:
                one.proof.put(now)
            self.declared = now
            self.links.declare()
            self._version = version
        self._report()

    def _report(self):
        """Log what is declared, when it is not what was logged last."""
        active = [addon for addon in sorted(declarations.addons()) if addon in self.installed]
        lines = tuple("'%s' declares %s" % (addon, ', '.join(declarations.summary(addon))) for addon in active)
        if lines == self._reported:
            return
        self._reported = lines
        for line in lines:
            _logger.info("%s: the addon %s", self.name, line)
        if not lines:
            _logger.info(
                "%s: no installed addon declares a namespace or a handler in Python, so there is nothing to run until one "
                'does', self.name,
            )

    def model(self, uid, context, name, check=None):
        """Return a model, as that user."""
        return Model(self, uid, context, name, check)

    def call(self, uid, context, model, method, args, kwargs):
        """Call a method of a model in a transaction of its own, when it is the user's turn."""
        with self._cursors.turn(uid):
            return self.registry.call(uid, context, model, method, args, kwargs)

    def refusal(self, error):
        """Return the code, the name and the message of an error that is OpenERP's own refusal, None for others."""
        find = getattr(self.registry, 'refusal', None)
        return find(error) if find else None

    def stop(self):
        """End its links and close its registry."""
        gevent.killall(self._greenlets)
        self.links.stop()
        self.registry.close()
