# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The link of one database to one sidecar: it is opened, and opened again."""
import logging
import socket
import time

import gevent

from . import frame
from .back_off import BackOff
from .exchange import Exchange
from .failure import text_of
from .proof import VERSION, Proof
from .said import Said
from .wire import OPEN_SECONDS, Wire, WireError, quote_json

_logger = logging.getLogger(__name__)

# The sidecar sends a ping every 5 s.
SILENCE_SECONDS = 30
STEADY_SECONDS = 10
# So many different refusals are remembered as logged.
MOST_REJECTED = 1000


class Link(object):
    """Stays linked, in a greenlet of its own, until it is stopped.

    :param database: the `Database`
    :param address: (host, port) of the sidecar
    :param release: of the addon, for the sidecar's log
    """

    def __init__(self, database, address, release):
        self._database = database
        self._address = address
        self.proof = Proof(database.registry)
        self._release = release
        self._back_off = BackOff()
        self._said = Said(_logger.warning)
        self._rejected = set()
        self._wire = None
        self.exchange = None
        self._greenlet = None
        self._is_stopping = False

    @property
    def name(self):
        return '%s:%d' % self._address

    def start(self):
        """Begin; nothing happens if it has begun."""
        if self._greenlet is None:
            self._greenlet = gevent.spawn(self._stay)

    def _stay(self):
        while not self._is_stopping:
            try:
                self._serve()
            except WireError as error:
                self._lose(error.code, error)
            except socket.timeout:
                self._lose('link_silent', 'It said nothing for %d s' % SILENCE_SECONDS)
            except socket.error as error:
                self._lose('link_unreachable', error)
            except Exception as error:
                # A mistake of this program: another link of it may go well for long.
                _logger.exception("The link of '%s' to the sidecar at %s failed", self._database.name, self.name)
                self._lose('link_failed', error)
            if not self._is_stopping:
                gevent.sleep(self._back_off.next())

    def _lose(self, code, why):
        if not self._is_stopping:
            self._said.say(
                code, "%s: no link of '%s' to the sidecar at %s: %s. It is tried again and again.",
                code, self._database.name, self.name, text_of(why).rstrip('.'),
            )

    def _serve(self):
        """Open the link, and serve it until it ends."""
        self._prove()
        self._wire = wire = Wire(self._address)
        began = None
        try:
            wire.start()
            try:
                told, frames = self._hello(wire)
            except BaseException:
                self.proof.renew()
                raise
            if told is None:
                self.proof.renew()
                return
            wire.wait(SILENCE_SECONDS)
            began = time.time()
            self._said.forget()
            _logger.info("'%s' is linked to the sidecar at %s", self._database.name, self.name)
            self.exchange = Exchange(wire, self._database, told, self._reject)
            if told != self._database.declared:
                self.exchange.declare()
            self.exchange.serve(frames)
            self._lose('link_lost', 'it closed the connection')
        finally:
            if began is not None and time.time() - began > STEADY_SECONDS:
                # What ends each link at once would otherwise end the next one a quarter of a second later.
                self._back_off.reset()
            wire.close()
            exchange, self.exchange = self.exchange, None
            if exchange is not None:
                exchange.end()

    def _prove(self):
        if not self.proof.is_written:
            try:
                with gevent.Timeout(OPEN_SECONDS):
                    self.proof.put(self._database.declared)
            except (Exception, gevent.Timeout) as error:
                raise WireError('link_proof', 'Its row cannot be written: %s' % text_of(error).strip())

    def _hello(self, wire):
        """Say who this is.

        :return: what was declared with it, and the frames that came with the welcome: pages may have waited for a worker.
            None and None if the sidecar refused it
        """
        told = self._database.declared
        wire.wait(OPEN_SECONDS)
        proof = self.proof
        wire.send(frame.plain(['hello', {
            'version': VERSION, 'release': self._release, 'db': self._database.name, 'worker': proof.worker,
            'proof': proof.reveal(), 'declares': told,
        }]))
        frames = wire.read_line()
        if not frames:
            raise WireError('link_protocol', 'it closed the connection without an answer')
        kind, problem = frames[0][0], frames[0][1] if len(frames[0]) > 1 else None
        if kind == 'refused' and isinstance(problem, dict):
            self._said.say(
                problem.get('code'), "%s: the sidecar at %s refuses the link of '%s': %s",
                problem.get('code'), self.name, self._database.name, problem.get('message'),
            )
            return None, None
        if kind != 'welcome' or not isinstance(problem, dict):
            raise WireError('link_protocol', 'It does not answer a hello: %s' % quote_json(frames))
        if problem.get('answer') != self.proof.answer:
            raise WireError(
                'link_sidecar',
                "What listens there does not know the database '%s', so it is told nothing and believed nothing. Give the "
                'address of a sidecar of this database and of this release with --sidecar' % self._database.name,
            )
        return told, frames[1:]

    def _reject(self, problem):
        """The sidecar does not take one of the declarations."""
        key = (problem.get('code'), problem.get('message'))
        if key not in self._rejected:
            if len(self._rejected) >= MOST_REJECTED:
                self._rejected.clear()
            self._rejected.add(key)
            _logger.error("%s: the sidecar at %s: %s", problem.get('code'), self.name, problem.get('message'))

    def declare(self):
        """Tell the sidecar that something else is declared now."""
        if self.exchange is not None:
            self.exchange.declare()

    def leave(self):
        """No new runs, please."""
        self._is_stopping = True
        if self.exchange is not None:
            self.exchange.stop()

    def runs(self):
        """Return what runs for it."""
        return list(self.exchange.runs.values()) if self.exchange is not None else []

    def stop(self):
        """Close it; it may be called twice."""
        self._is_stopping = True
        wire = self._wire
        if wire is not None:
            wire.flush(2)
            wire.close()
        if self._greenlet is not None:
            self._greenlet.join(2)
            self._greenlet.kill()
