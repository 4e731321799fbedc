# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    'name': 'Socket.IO',
    'summary': 'Real-time events: what is committed appears in the browser',
    'description': 'Real-time events: the token of a page, model calls for the sidecar, committed messages',
    'version': '1.0.0',
    'category': 'Hidden/Tools',
    'author': 'web_socketio maintainers',
    # Of those that OpenERP 7.0 knows. It refuses others, LGPL-3 among them, when the module is updated.
    'license': 'Other OSI approved licence',
    'depends': ['base', 'web'],
    'data': ['data/assets_openerp7.xml'],
    'js': ['static/lib/web_socketio/openerp7.js'],
    'pre_init_hook': 'pre_init_hook',
    'uninstall_hook': 'uninstall_hook',
    'installable': True,
}
