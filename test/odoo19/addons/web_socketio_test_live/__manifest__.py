# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    'name': 'Live views: a model for their tests',
    'version': '1.0.0',
    'author': 'web_socketio maintainers',
    'license': 'LGPL-3',
    'depends': ['web_live'],
    'data': [
        'security/ir.model.access.csv',
        'security/ir_rule.xml',
        'views/web_socketio_test_live_task_views.xml',
    ],
    'installable': True,
}
