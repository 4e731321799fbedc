# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api
from odoo.exceptions import AccessError


class private_method(object):
    """A method that Python code can call, and nobody by RPC. Later series have `api.private` for it.

    Odoo's RPC looks methods up on the class of a model, Python code does on a record, `super()` included.
    """

    def __init__(self, method):
        self._method = method

    def __get__(self, record, model):
        return self._refuse() if record is None else self._method.__get__(record, model)

    def _refuse(self):
        @api.model
        def refuse(self_, *args, **kwargs):
            raise AccessError(
                "The method '%s.%s' cannot be called remotely, by Python code only." % (self_._name, self._method.__name__)
            )

        return refuse
