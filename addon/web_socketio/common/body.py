# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the sidecar sends: JSON that no framework has parsed, so that no function but `read` has it as a variable."""
import json

from .secret import Secret

MAX_TOKENS = 1000


def read(data):
    """Return the members of a JSON object, all texts and lists of texts as `Secret`s.

    :param data: bytes
    :raises ValueError: without a word of what was sent
    """
    try:
        return {name: _hide(value) for name, value in json.loads(data.decode('utf-8')).items()}
    except (AttributeError, ValueError):  # pylint: disable=except-pass
        # Raised below, and not here: the exception in its chain would hold what was sent.
        pass
    raise ValueError('The body is no JSON object.')


def tokens(members):
    """Return the list of tokens, `Secret`s, of a question."""
    found = members.get('tokens')
    if not isinstance(found, list) or len(found) > MAX_TOKENS:
        raise ValueError("'tokens' is not a list of at most %s tokens." % MAX_TOKENS)
    return [one if isinstance(one, Secret) else Secret(None) for one in found]


def secret(members, name):
    """Return a text as a `Secret`; what is none is an empty one."""
    value = members.get(name)
    return value if isinstance(value, Secret) else Secret('')


def _hide(value):
    if isinstance(value, list):
        return [_hide(one) for one in value]
    return Secret(value) if isinstance(value, type(u'')) else value
