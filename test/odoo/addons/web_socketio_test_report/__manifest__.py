# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    'name': 'Socket.IO tests: reports of errors',
    'summary': 'Says which variables a report of an error would show',
    'version': '1.0.0',
    'category': 'Hidden/Tests',
    'author': 'web_socketio maintainers',
    'license': 'LGPL-3',
    'depends': ['web_socketio_test'],
    'installable': True,
}
