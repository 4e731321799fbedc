# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a model call answers when its method returned; see `fault` for when it raised."""
from . import json_text


def encode(result, model, method, default):
    """Return JSON of what a method returned.

    :param default: the function of the series for what JSON does not have
    """
    return '{"result": %s}' % json_text.dumps(result, 'result', "The answer of '%s.%s'" % (model, method), default)
