# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""JSON of messages and of what methods return."""
import json


def dumps(value, name, what, default):
    """Return JSON in ASCII.

    Python writes NaN and Infinity, which PostgreSQL refuses deep in SQL, and JavaScript does not read.

    :param name: of the value, for errors: the place in it begins so
    :param what: whose value it is, for errors, as the beginning of a sentence
    :param default: the function of the series for what JSON does not have
    :raises ValueError: naming the place of what is no JSON; TypeError for a key
    """
    try:
        return json.dumps(value, default=default, allow_nan=False)
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        place, culprit = _find(value, default)
        if isinstance(culprit, float):
            problem = 'is %r. Give a finite number, a text or None' % culprit
        else:
            problem = 'cannot be written (%s)' % _refusal(culprit, default)
        raise kind('%s is no JSON: %s%s %s' % (what, name, place, problem))


def _find(value, default):
    """Return the place of the innermost value that is no JSON, as a subscript of Python, and that value."""
    place, outer = '', []
    while id(value) not in outer:  # what holds itself would have no innermost one
        outer.append(id(value))
        for key, inner in _items(value):
            if _refusal(inner, default):
                place += '[%r]' % (key,)
                value = inner
                break
        else:
            break
    return place, value


def _items(value):
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, (list, tuple)) else ()


def _refusal(value, default):
    """Return why a value is no JSON, or None."""
    try:
        json.dumps(value, default=default, allow_nan=False)
    except (TypeError, ValueError) as error:
        return error
    return None
