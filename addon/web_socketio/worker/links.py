# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The links of one database, to all sidecars."""
import logging
import socket

_logger = logging.getLogger(__name__)


class Links(object):
    """One link for each address that the sidecars' names have: with containers one name has several, which come and go.

    :param sidecars: list of (host, port), as the command line names them
    :param make: function of (host, port) that returns a `Link`
    """

    def __init__(self, sidecars, make):
        self._make = make
        self._addresses = {one: [one] for one in sidecars}
        self._links = {}
        self._is_stopping = False

    def __iter__(self):
        return iter(list(self._links.values()))

    def follow(self):
        """Look the names up, link to addresses that are new, and forget those that are gone and no longer linked."""
        for one in self._addresses:
            try:
                self._addresses[one] = _look_up(*one)
            except (socket.error, UnicodeError) as error:
                # What is known counts until it can be looked up again; at first a link says what is wrong with it.
                _logger.debug('%s cannot be looked up: %s', one[0], error)
        if self._is_stopping:
            return
        found = {address for addresses in self._addresses.values() for address in addresses}
        for address in found.difference(self._links):
            self._links[address] = link = self._make(address)
            link.start()
        for address in set(self._links).difference(found):
            if self._links[address].exchange is None:
                self._links.pop(address).stop()

    def declare(self):
        """Tell all sidecars that something else is declared now."""
        for link in self:
            link.declare()

    def leave(self):
        """No new runs, please, and no new links."""
        self._is_stopping = True
        for link in self:
            link.leave()

    def stop(self):
        """Close all of them; it may be called twice."""
        self._is_stopping = True
        for link in self:
            link.stop()


def _look_up(host, port):
    """Return the addresses of a host, of one family: one sidecar may have an address of each."""
    found = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)
    families = [one[0] for one in found]
    family = socket.AF_INET if socket.AF_INET in families else families[0]
    return sorted({one[4][:2] for one in found if one[0] == family})
