# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    'name': 'Socket.IO',
    'summary': 'Real-time events: what is committed appears in the browser',
    'version': '1.0.0',
    'category': 'Hidden/Tools',
    'author': 'web_socketio maintainers',
    'license': 'LGPL-3',
    'depends': ['base', 'web'],
    'data': ['security/ir.model.access.csv', 'data/assets.xml', 'data/operator_screen.xml'],
    'assets': {
        # In static/lib, because Odoo would wrap a file of static/src into a module of its own.
        'web.assets_backend': ['web_socketio/static/lib/web_socketio/odoo16.js'],
    },
    'pre_init_hook': 'pre_init_hook',
    'uninstall_hook': 'uninstall_hook',
    'installable': True,
}
