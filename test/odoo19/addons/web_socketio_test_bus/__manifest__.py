# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    'name': 'Socket.IO: an addon that overrides what Odoo does for its WebSockets',
    'version': '1.0.0',
    'author': 'web_socketio maintainers',
    'license': 'LGPL-3',
    'depends': ['web_socketio_bus'],
    'installable': True,
}
