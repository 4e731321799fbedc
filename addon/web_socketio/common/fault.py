# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a model call answers when its method raised."""
import json


def encode(error, message):
    """Return JSON of the name and the message of an error, without its traceback.

    An error that an addon derives from one of Odoo's is named as that one: nobody else knows its own name.

    :param message: the error as text, by the function that its series has for it
    """
    names = [cls for cls in type(error).__mro__ if cls.__module__ == 'odoo.exceptions']
    cls = names[0] if names else type(error)
    return json.dumps({'error': {'name': '%s.%s' % (cls.__module__, cls.__name__), 'message': message}})
