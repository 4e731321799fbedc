"""Sends values of all kinds with the code that every series shares, into a cursor that keeps what it is given.

    python send_values.py

Prints as JSON, by the name of the value: the JSON of the message, or the error.
"""
import datetime
import importlib
import json
import os
import sys
import types

sys.dont_write_bytecode = True
ADDONS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'addon')
own = sys.modules['web_socketio'] = types.ModuleType('web_socketio')
own.__path__ = [os.path.join(ADDONS, 'web_socketio')]
message = importlib.import_module('web_socketio.common.message')
answer = importlib.import_module('web_socketio.common.answer')

NAN, INFINITY = float('nan'), float('inf')
circle = {'inner': []}
circle['inner'].append(circle)
VALUES = {
    'text': {'text': u'\xe4\u0000\n"\ud83d', 'count': 2, 'none': None, 'list': [1, {'two': 2.5}], 'big': 2 ** 70},
    'date': {'date': datetime.date(2026, 2, 28)},
    'number as key': {'of': {1: 'one', None: 'none'}},
    'nan': {'a': NAN},
    'deep': {'lines': [{'price': 1.0}, {'price': (0, -INFINITY)}]},
    'two': {'good': [1, 2], 'bad': {'bad': [INFINITY]}},
    'key': {'a': [{(1, 2): 3}]},
    'nan as key': {'a': {NAN: 1}},
    'bytes': {'a': [b'\xff']},
    'circle': {'a': circle},
}


class Cursor(object):
    def execute(self, query, parameters):
        self.parameters = parameters


def default(value):
    # As Odoo's own: dates, bytes in UTF-8, and all else as its text.
    return value.decode('utf-8') if isinstance(value, bytes) else str(value)


def outcome(function, value):
    try:
        return function(value)
    except (TypeError, ValueError) as error:
        return {'error': str(error)}


def send(value):
    cursor = Cursor()
    message.insert(cursor, 'my.model', 'mine', 2, value, default)
    channel, uid, text = cursor.parameters
    assert (channel, uid) == ('mine', 2)
    return text


json.dump({
    'messages': dict((name, outcome(send, value)) for name, value in VALUES.items()),
    'answers': dict(
        (name, outcome(lambda value: answer.encode(value, 'my.model', 'read', default), value))
        for name, value in VALUES.items()
    ),
    'nothing': answer.encode(None, 'my.model', 'read', default),
}, sys.stdout)
