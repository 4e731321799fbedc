# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    'name': 'Live views: models with tables of all kinds',
    'version': '1.0.0',
    'author': 'web_socketio maintainers',
    'license': 'LGPL-3',
    'depends': ['web_live'],
    'data': ['security/ir.model.access.csv'],
    'installable': True,
}
