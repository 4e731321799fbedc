# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""One TCP connection to a sidecar: lines of JSON, after an upgrade of HTTP."""
import json
import logging
import socket

import gevent
from gevent.event import Event

from ..common.socketio_error import SocketIOError
from . import deep_json

_logger = logging.getLogger(__name__)

PATH = '/web_socketio/worker'
PROTOCOL = 'web_socketio_worker'
MOST_LINE = 32 * 1024 * 1024
MOST_HEAD = 16 * 1024
OPEN_SECONDS = 10
# A line of many frames ends here, so that the other side can begin with it.
_FULL_LINE = 256 * 1024
# As much may wait for the sidecar before handlers that send more have to wait.
_MOST_UNSENT = 16 * 1024 * 1024
_QUOTED = 200


class WireError(Exception):
    """The connection cannot be used, or not any more.

    :param code: such as `link_protocol`
    """

    def __init__(self, code, message):
        super(WireError, self).__init__(message)
        self.code = code


class Wire(object):
    """Reads and writes lines. What is written in one turn of the loop is one line.

    :param address: (host, port)
    :raises WireError: if nobody there speaks this; OSError (socket.error) if nobody is there
    """

    def __init__(self, address):
        self._socket = socket.create_connection(address, OPEN_SECONDS)
        self._buffer = []
        self._rest = b''
        self._frames = []
        self._unsent = 0
        self._written = Event()
        self._room = Event()
        self._room.set()
        self._writer = None
        self.is_closed = False
        try:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._upgrade(address)
        except BaseException:
            self._socket.close()
            raise

    def _upgrade(self, address):
        host = '[%s]' % address[0] if ':' in address[0] else address[0]
        request = (
            'GET %s HTTP/1.1\r\nHost: %s:%d\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n'
            % (PATH, host, address[1], PROTOCOL)
        )
        self._socket.sendall(request.encode('ascii'))
        head = b''
        while b'\r\n\r\n' not in head:
            data = self._socket.recv(4096)
            head += data
            if not data or len(head) > MOST_HEAD:
                raise WireError('link_protocol', 'It does not answer in HTTP: %s' % quote(head))
        head, _end, self._rest = head.partition(b'\r\n\r\n')
        first = head.split(b'\r\n')[0]
        if not first.startswith(b'HTTP/1.1 101') or PROTOCOL.encode('ascii') not in head.lower():
            raise WireError(
                'link_protocol',
                'It does not know Python workers: %s. Give the address of a sidecar of this release with --sidecar.'
                % quote(first),
            )

    def start(self):
        """Begin to write. Before it, everything that is sent waits."""
        self._writer = gevent.spawn(self._write)

    def wait(self, seconds):
        """Let reading fail with `socket.timeout` after so long without anything, None for never."""
        self._socket.settimeout(seconds)

    def read_line(self):
        """Return the frames of the next line, None at the end of the connection.

        :raises WireError: `link_protocol` for what is no line of frames
        """
        while True:
            line, mark, rest = self._rest.partition(b'\n')
            if mark:
                self._rest = rest
                self._buffer.append(line)
                whole = b''.join(self._buffer)
                self._buffer = []
                return _parse(whole)
            if line:
                self._buffer.append(line)
                if sum(len(one) for one in self._buffer) > MOST_LINE:
                    raise WireError('link_protocol', 'A line is longer than %d bytes: %s' % (MOST_LINE, quote(line)))
            self._rest = self._socket.recv(65536)
            if not self._rest:
                return None

    def send(self, text):
        """Write a frame, which is JSON already, with the others of this turn."""
        if self.is_closed:
            raise SocketIOError('link_lost', 'The connection to the sidecar is gone.', retry=True, told=False)
        self._frames.append(text)
        self._unsent += len(text)
        self._written.set()
        if self._unsent > _MOST_UNSENT:
            self._room.clear()

    def wait_for_room(self):
        """Wait while so much is unsent that a handler which sends more would only fill the memory."""
        if not self._room.is_set():
            self._room.wait()

    def _write(self):
        try:
            while True:
                self._written.wait()
                self._written.clear()
                frames, self._frames = self._frames, []
                for line in _lines(frames):
                    self._socket.sendall(line)
                self._unsent -= sum(len(one) for one in frames)
                if self._unsent <= _MOST_UNSENT:
                    self._room.set()
        except (socket.error, ValueError):
            # Who reads it notices the same.
            self.close()

    def flush(self, seconds):
        """Wait until everything is written, but no longer than that."""
        with gevent.Timeout(seconds, False):
            while self._unsent and not self.is_closed:
                gevent.sleep(0.01)

    def close(self):
        """End it, from any greenlet; who reads gets the end of it."""
        if self.is_closed:
            return
        self.is_closed = True
        self._room.set()
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except socket.error as error:
            _logger.debug('The other side closed it before: %s', error)
        self._socket.close()
        if self._writer is not None and self._writer is not gevent.getcurrent():
            self._writer.kill(block=False)


def _lines(frames):
    start = size = 0
    for index, text in enumerate(frames):
        size += len(text)
        if size >= _FULL_LINE or index + 1 == len(frames):
            yield ('[%s]\n' % ','.join(frames[start:index + 1])).encode('ascii')
            start, size = index + 1, 0


def _parse(line):
    try:
        frames = _loads(line.decode('utf-8'))
    except ValueError:
        raise WireError('link_protocol', 'A line is no JSON: %s' % quote(line))
    if not isinstance(frames, list) or not all(isinstance(one, list) and one for one in frames):
        raise WireError('link_protocol', 'A line is no list of frames: %s' % quote(line))
    return frames


def _loads(text):
    try:
        return json.loads(text)
    except RuntimeError:
        # RecursionError, as Python 3 has it.
        return deep_json.loads(text)


def quote_json(value):
    """Return the beginning of a value that came as JSON, for a message."""
    try:
        return quote(json.dumps(value))
    except RuntimeError:
        return 'nested too deep to be shown'


def quote(data):
    """Return the beginning of bytes or of a text, for a message."""
    text = data.decode('utf-8', 'replace') if isinstance(data, bytes) else data
    return json.dumps(text[:_QUOTED])
