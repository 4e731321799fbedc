# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    'name': 'Socket.IO: an addon in Python alone',
    'version': '1.0.0',
    'author': 'web_socketio maintainers',
    'license': 'LGPL-3',
    'depends': ['web_longpolling'],
    'assets': {'web.assets_backend': ['web_socketio_test_python/static/src/**/*']},
    'installable': True,
}
