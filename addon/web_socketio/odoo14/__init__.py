# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
REGISTERED = [
    'res_users_timeout',
    'web_socketio_schema',
    'ir_http',
    'web_socketio_assets',
    'web_socketio_call',
    'web_socketio_controller',
    'log_out',
    'postgres_notification',
    'res_users',
    'operator_screen',
    'operator_process',
    'operator_user',
    'operator_channel',
    'operator_queue_message',
    'operator_test_message',
]
