# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Messages to the sidecar: rows that it reads when their transaction commits."""
from . import json_text

CONTROL_CHANNEL = 'web_socketio.control'


def insert(cr, model, channel, uid, values, default):
    """Add a message to the transaction of the cursor.

    :param model: name of the model that sends, for errors
    :param values: a dictionary
    :param default: the function of the series for what JSON does not have
    """
    if not channel:
        raise ValueError("The model '%s' needs the attribute _postgres_channel to send messages" % model)
    if channel == CONTROL_CHANNEL:
        raise ValueError(
            "The model '%s' cannot send on the channel '%s': it is reserved for web_socketio itself" % (model, channel)
        )
    cr.execute(
        'INSERT INTO web_socketio_message (channel, uid, "values") VALUES (%s, %s, %s)',
        [channel, uid, json_text.dumps(values, 'values', "The message of the model '%s'" % model, default)],
    )
