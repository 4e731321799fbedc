# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
REGISTERED = [
    'web_socketio_schema',
    'web_socketio_assets',
    'web_socketio_call',
    'postgres_notification',
    'res_users',
    'ir_module_module',
    'routes',
    'web_session',
]
