# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How long a token lives: the system parameter `web_socketio.token_lifetime`, in seconds."""
import logging
import re

_logger = logging.getLogger(__name__)

PARAMETER = 'web_socketio.token_lifetime'
DEFAULT_SECONDS = 15 * 60
SHORTEST_SECONDS = 60
# PostgreSQL, which has to add it to a date, does not know the end of what a thousand digits say.
LONGEST_SECONDS = 365 * 24 * 60 * 60
_SECONDS = re.compile(r'^[0-9]{1,9}\Z')

_told = set()


def read(text):
    """Return the seconds, or raise ValueError with a sentence for users.

    :param text: the parameter's value, false where there is none
    """
    if not text:
        return DEFAULT_SECONDS
    if not _SECONDS.match(text) or not SHORTEST_SECONDS <= int(text) <= LONGEST_SECONDS:
        raise ValueError(
            u"The system parameter %s is '%s'. Give a number of seconds, %s to %s."
            % (PARAMETER, text, SHORTEST_SECONDS, LONGEST_SECONDS)
        )
    return int(text)


def read_or_default(text):
    """Return the seconds; for a wrong value the default, which is logged once: no session may outlive a mistake."""
    try:
        return read(text)
    except ValueError as error:
        if text not in _told:
            _told.add(text)
            _logger.warning('%s Until then the default is taken: %s.', error.args[0], DEFAULT_SECONDS)
        return DEFAULT_SECONDS
