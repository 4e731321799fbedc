# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    'name': 'Socket.IO: demonstration',
    'summary': 'Send a notification to the browsers of chosen users: an example',
    'description': 'Send a notification to the browsers of chosen users: the example to copy',
    'version': '1.0.0',
    'category': 'Hidden/Tools',
    'author': 'web_socketio maintainers',
    # Of those that OpenERP 7.0 knows. It refuses others, LGPL-3 among them, when the module is updated.
    'license': 'Other OSI approved licence',
    'depends': ['web_longpolling'],
    'data': [
        'data/assets_openerp7.xml',
        'openerp7/web_socketio_demo_notification_view.xml',
    ],
    'js': ['static/lib/web_socketio_demo/openerp7.js'],
    'installable': True,
}
