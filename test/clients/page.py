"""A page that is a program: python-socketio, as docs/api/script.md says. Prints a line of JSON for each thing that happens.

    page.py URL DATABASE TOKEN TRANSPORT
"""

import json
import sys

import socketio

url, db, token, transport = sys.argv[1:]
client = socketio.Client(reconnection=False)


def say(*what):
    print(json.dumps(what), flush=True)


@client.on('connect', namespace='/mine')
def connect():
    client.emit('echo', ('ä — 🎉', b'\x00\xff'), namespace='/mine', callback=answered)


def answered(answer):
    say('answered', answer)


@client.on('connect_error', namespace='/mine')
def connect_error(error):
    say('refused', error['data']['code'])


refusals = 1


@client.on('work', namespace='/mine')
def work(messages):
    """What it returns is the acknowledgement."""
    global refusals
    refusals -= 1
    say('work', messages)
    return {'ok': refusals < 0, 'code': 'no_paper'}


@client.on('get session id', namespace='/mine')
def get_session_id():
    client.emit('session id', {'token': token}, namespace='/mine')


@client.on('web_socketio.end', namespace='/mine')
def end(reason):
    say('end', reason['code'])


try:
    client.connect(url, namespaces=['/mine'], auth={'db': db, 'token': token}, transports=[transport])
except socketio.exceptions.ConnectionError:
    sys.exit(1)
client.wait()
