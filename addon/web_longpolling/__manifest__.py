# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    'name': 'Socket.IO: long-polling',
    'summary': 'One shared socket, and handlers that get committed messages',
    'version': '1.0.0',
    'category': 'Hidden/Tools',
    'author': 'web_socketio maintainers',
    'license': 'LGPL-3',
    'depends': ['web_socketio'],
    'data': ['data/assets.xml', 'views/test_message.xml'],
    'assets': {
        'web.assets_backend': ['web_longpolling/static/lib/web_longpolling/odoo16.js'],
    },
    'installable': True,
}
