# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

CALL = '/web_socketio/call'
# Of the addon web_socketio_bus.
BUS = '/web_socketio/bus'
# The second one is below the path of sockets: there it says that a proxy sends them to Odoo.
ECHO = ['/web_socketio/echo', '/socket.io/echo']
# The routes of the addons: nothing that they are asked is an action of a user.
PATHS = ('/web_socketio/token', CALL, '/web_socketio/check', '/web_socketio/exchange', BUS) + tuple(ECHO)
