# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What `call_kw` of `odoo.service.model` does from 19.0 on."""
from odoo import api, models
from odoo.exceptions import AccessError
from odoo.models import regex_private


def call_kw(model, name, args, kwargs):
    """Run a method as RPC does, or raise if it is private or does not exist."""
    method = getattr(type(model), name, None)
    # What is `api.private`, in 18.0, stays so where an addon overrides it.
    overridden = (getattr(cls, name, None) for cls in type(model).mro())
    if regex_private.match(name) or any(getattr(one, '_api_private', False) for one in overridden):
        raise AccessError("Private methods (such as '%s.%s') cannot be called remotely." % (model._name, name))
    if not callable(method):
        raise AttributeError("The method '%s.%s' does not exist" % (model._name, name))
    result = api.call_kw(model, name, args, kwargs)
    # Else it would happen at the end of the transaction, with whichever context.
    model.env.flush_all()
    return result.ids if isinstance(result, models.BaseModel) else result
