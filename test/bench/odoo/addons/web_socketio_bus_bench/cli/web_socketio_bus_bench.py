# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""`odoo web_socketio_bus_bench`: what the benchmark asks of Odoo's own Python.

It makes users and their sessions with Odoo's own session store, since a thousand log-ins would hash passwords for minutes,
and it sends notifications by `bus.bus` in transactions of Odoo. It is asked over HTTP.
"""
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from odoo import SUPERUSER_ID, api
from odoo.addons.bus.websocket import WebsocketConnectionHandler
from odoo.cli import Command
from odoo.http import get_default_session, root
from odoo.modules.registry import Registry
from odoo.tools import config


def make_sessions(env, users, count):
    """:return: the ids of sessions that are logged in, spread evenly over new users"""
    logins = ['bench_%d' % number for number in range(users)]
    uids = env['res.users'].create([{'name': login, 'login': login} for login in logins]).ids
    sids = []
    for number in range(count):
        session = root.session_store.new()
        session.update(get_default_session())
        session['pre_login'] = logins[number % users]
        session['pre_uid'] = uids[number % users]
        session.finalize(env)
        root.session_store.save(session)
        sids.append(session.sid)
    return {'sessions': sids, 'version': WebsocketConnectionHandler._VERSION}


def send(env, notifications):
    """:return: when COMMIT was sent, in milliseconds of the clock that all processes share"""
    for channel, payload in notifications:
        env['bus.bus']._sendone(channel, 'bench', payload)
    # Odoo writes the rows before a commit, and says so to its evented worker after it. Neither belongs to the commit.
    env.cr.flush()
    at = time.monotonic_ns() / 1e6
    env.cr.commit()
    return {'at': at}


def last_id(env):
    return {'last': env['bus.bus'].sudo()._bus_last_id()}


ROUTES = {'/sessions': make_sessions, '/send': send, '/last': last_id}


class Handler(BaseHTTPRequestHandler):
    # Keeps connections: a new one would take as long as what is asked.
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True

    def do_POST(self):
        arguments = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
        with Registry(config['db_name'][0]).cursor() as cr:
            answer = ROUTES[self.path](api.Environment(cr, SUPERUSER_ID, {}), **arguments)
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class WebSocketioBusBench(Command):
    """Send notifications for the benchmark of web_socketio"""

    name = 'web_socketio_bus_bench'

    def run(self, args):
        config.parse_config(args, setup_logging=True)
        Registry(config['db_name'][0])
        # A thread for each connection: who asks may open another one while the first is kept.
        server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        print('The writer listens on port %d' % server.server_port, flush=True)
        server.serve_forever()
