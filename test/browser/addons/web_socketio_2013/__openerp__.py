# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    'name': 'Test: an addon of 2013',
    'version': '1.0',
    'depends': ['web_longpolling'],
    'js': ['static/src/js/web_socketio_2013.js'],
    'installable': True,
}
