# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)


def notice(title, message, kind='success'):
    """Return the action that says something to who pressed a button, and shows the list anew."""
    return {
        'type': 'ir.actions.client',
        'tag': 'display_notification',
        'params': {
            'title': title, 'message': message, 'type': kind, 'sticky': False,
            'next': {'type': 'ir.actions.act_window_close'},
        },
    }
