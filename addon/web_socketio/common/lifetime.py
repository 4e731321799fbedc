# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How long a token lives: the system parameter `web_socketio.token_lifetime`, in seconds."""
PARAMETER = 'web_socketio.token_lifetime'
DEFAULT_SECONDS = 15 * 60
SHORTEST_SECONDS = 60


def read(text):
    """Return the seconds, or raise ValueError with a sentence for users.

    :param text: the parameter's value, false where there is none
    """
    if not text:
        return DEFAULT_SECONDS
    if not text.isdigit() or int(text) < SHORTEST_SECONDS:
        raise ValueError(
            "The system parameter %s is '%s'. Give a number of seconds, %s or more." % (PARAMETER, text, SHORTEST_SECONDS)
        )
    return int(text)
