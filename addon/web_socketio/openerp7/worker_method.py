# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from openerp.exceptions import Warning as UserError

from ..common import browse
from .context_argument import takes_context


def call(pool, cr, uid, context, model, method, args, kwargs):
    """Call a method of a model with `cr, uid` before its arguments, private ones included.

    A method that takes a context and is given none by its caller gets that of the session, over it what the user has set now.

    :param context: of the session
    :return: what the method returns
    """
    found = pool.get(model)
    if found is None:
        raise UserError("The model '%s' does not exist, so that '%s' cannot be called" % (model, method))
    browse.refuse(model, method)
    function = getattr(found, method, None)
    if not callable(function):
        raise AttributeError("The method '%s.%s' does not exist" % (model, method))
    kwargs = dict(kwargs)
    if 'context' in kwargs or takes_context(function, len(args)):
        context = dict(context, **dict(pool.get('res.users').context_get(cr, uid), uid=uid))
        kwargs['context'] = dict(context, **(kwargs.get('context') or {}))
    return function(cr, uid, *args, **kwargs)
