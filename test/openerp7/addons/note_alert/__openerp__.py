# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    'name': 'Note alert',
    'description': 'An addon as it was written in 2013 for the original web_socketio',
    'version': '7.0.1.0',
    'category': 'Tools',
    'depends': ['web_longpolling'],
    'js': ['static/src/js/note_alert.js'],
    'installable': True,
}
