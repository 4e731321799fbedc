# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    'name': "Odoo's bus: methods for its tests",
    'version': '1.0.0',
    'author': 'web_socketio maintainers',
    'license': 'LGPL-3',
    'depends': ['mail'],
    # Debian's package leaves this file out, for its licence: it blurs what is behind a face in a call. A bundle with a file that
    # is missing logs an error in each browser; without it Discuss runs.
    'assets': {
        'web.assets_backend': [('remove', 'mail/static/lib/selfie_segmentation/selfie_segmentation.js')],
    },
    'installable': True,
}
