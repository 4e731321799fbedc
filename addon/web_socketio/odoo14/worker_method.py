# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from collections.abc import Mapping

from odoo.exceptions import UserError
from odoo.models import BaseModel

from ..common import browse, companies
from . import page_token


def call(env, session_context, model, method, args, kwargs):
    """Call a method of a model as RPC does, private ones included, and return what outlives the cursor.

    The context of the method is that of the session without companies that its user has not any more, over it what the
    user has set now, and that of `kwargs` over all.

    :param env: environment of the user
    :param session_context: of the page's session
    :param args: of a method of records, their ids first
    :return: what the method returns; for records their ids, as RPC does
    """
    user = env.user
    context = companies.cut(dict(session_context), page_token.own_companies(user))
    context = dict(context, **page_token.own_context(user))
    kwargs = dict(kwargs)
    env = env(context=dict(context, **(kwargs.pop('context', None) or {})))
    if hasattr(env, 'transaction') and hasattr(env.transaction, 'default_env'):
        env.transaction.default_env = env  # what is computed at the end sees the same context
    if model not in env:
        raise UserError("The model '%s' does not exist, so that '%s' cannot be called" % (model, method))
    browse.refuse(model, method)
    records, function = env[model], getattr(type(env[model]), method, None)
    if not callable(function):
        raise AttributeError("The method '%s.%s' does not exist" % (model, method))
    if not _is_of_model(function):
        if not args:
            raise TypeError("The method '%s.%s' is one of records: give their ids first" % (model, method))
        records, args = records.browse(args[0]), args[1:]
    return _detach(function(records, *args, **kwargs), method, args)


def _is_of_model(function):
    # Odoo 19.0 has an attribute of its own for it.
    return getattr(function, '_api_model', False) or getattr(function, '_api', None) in ('model', 'model_create')


def _detach(result, method, args):
    if not isinstance(result, BaseModel):
        return result
    one = method == 'create' and args and isinstance(args[0], Mapping)
    return result.id if one else result.ids
