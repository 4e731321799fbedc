# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    'name': 'Socket.IO: long-polling',
    'summary': 'One shared socket, and handlers that get committed messages',
    'description': 'One shared socket for the web client, and handlers that listen to committed messages',
    'version': '1.0.0',
    'category': 'Hidden/Tools',
    'author': 'web_socketio maintainers',
    # Of those that OpenERP 7.0 knows. It refuses others, LGPL-3 among them, when the module is updated.
    'license': 'Other OSI approved licence',
    'depends': ['web_socketio'],
    'data': ['data/assets_openerp7.xml'],
    'js': ['static/lib/web_longpolling/openerp7.js'],
    'installable': True,
}
