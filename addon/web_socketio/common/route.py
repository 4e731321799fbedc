# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

CALL = '/web_socketio/call'
# The routes of the addon: nothing that they are asked is an action of a user.
PATHS = ('/web_socketio/token', CALL, '/web_socketio/check', '/web_socketio/exchange')
