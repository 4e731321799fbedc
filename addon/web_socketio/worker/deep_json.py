# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""JSON that is nested deeper than Python's own reader goes: a page may send such, and nobody else may suffer by it."""
import json
import re

_TOKEN = re.compile(r'\s*([\[\]{},:]|"[^"\\]*(?:\\.[^"\\]*)*"|[^\s\[\]{},:"]+)')


def loads(text):
    """Return what a text of JSON says, without recursion; `json.loads` is 20 times as quick.

    :raises ValueError: if it is no JSON
    """
    root = []
    stack, key = [root], None
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise ValueError('No JSON at %d' % position)
        position, token = match.end(), match.group(1)
        if token in ',:':
            continue
        if token in ']}':
            stack.pop()
            if not stack:
                raise ValueError('No JSON at %d' % position)
            continue
        inner = [] if token == '[' else {} if token == '{' else None
        value = json.loads(token) if inner is None else inner
        outer = stack[-1]
        if isinstance(outer, list):
            outer.append(value)
        elif key is None:
            # A name, and behind it comes its value. No name is None.
            key = value
            continue
        else:
            outer[key] = value
            key = None
        if inner is not None:
            stack.append(inner)
    if len(stack) != 1 or len(root) != 1:
        raise ValueError('No JSON: it has no end')
    return root[0]
