# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    'name': 'Note in Python',
    'description': 'The Python of docs/porting.md as it stands there, for the Python worker',
    'version': '7.0.1.0',
    'category': 'Tools',
    'depends': ['note_alert'],
    'installable': True,
}
