# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    'name': 'Socket.IO: demonstration',
    'summary': 'Send a notification to the browsers of chosen users: an example',
    'version': '1.0.0',
    'category': 'Hidden/Tools',
    'author': 'web_socketio maintainers',
    'license': 'LGPL-3',
    'depends': ['web_longpolling'],
    'data': [
        'data/assets.xml',
        'security/ir.model.access.csv',
        'wizards/web_socketio_demo_notification_views.xml',
    ],
    'assets': {
        'web.assets_backend': ['web_socketio_demo/static/lib/web_socketio_demo/odoo16.js'],
    },
    'installable': True,
}
