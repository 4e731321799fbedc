# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    'name': 'Live views',
    'summary': 'Open lists, kanbans and forms show what others change, at once',
    'version': '1.0.0',
    'category': 'Hidden/Tools',
    'author': 'web_socketio maintainers',
    'license': 'LGPL-3',
    'depends': ['web_socketio'],
    'data': ['security/ir.model.access.csv', 'data/live_models.xml'],
    'assets': {
        'web.assets_backend': [
            'web_live/static/src/live.scss',
            'web_live/static/src/live.xml',
            # In static/lib, because Odoo would wrap a script of static/src into a module of its own.
            'web_live/static/lib/web_live/odoo16.js',
        ],
    },
    'pre_init_hook': 'pre_init_hook',
    'uninstall_hook': 'uninstall_hook',
    'installable': True,
}
