# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    'name': 'Socket.IO: the bus of Odoo',
    'summary': 'The sidecar serves the WebSocket of Odoo: Discuss, presence, all',
    'version': '1.0.0',
    'category': 'Hidden/Tools',
    'author': 'web_socketio maintainers',
    'license': 'LGPL-3',
    'depends': ['bus', 'web_socketio'],
    'pre_init_hook': 'pre_init_hook',
    'uninstall_hook': 'uninstall_hook',
    'installable': True,
}
