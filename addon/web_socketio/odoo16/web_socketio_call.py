# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json
import logging
from contextlib import nullcontext
from functools import partial

from odoo import api, models
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tools import exception_to_unicode

from ..common import answer, companies, fault

try:
    from odoo.tools import json_default
except ImportError:
    # Before 18.0.
    from odoo.tools.date_utils import json_default
try:
    from odoo.service.model import call_kw
except ImportError:
    # Before 19.0.
    from .public_method import call_kw

_logger = logging.getLogger(__name__)


class WebSocketIOCall(models.AbstractModel):
    """Where the sidecar's calls end, over whichever transport they come.

    It gives nobody anything that Odoo's own RPC would not.
    """
    _name = 'web_socketio.call'
    _description = 'Model calls of the sidecar'

    @api.model
    def call_json(self, call):
        """Run a public method with the user's own rights: JSON in, JSON out, in a transaction that ends here.

        What the method raises is an answer, too, so that its name survives every transport, and no traceback goes
        with it. Hence Odoo's own repetition after a conflict of transactions, and the commit, have to happen here.

        The context of the method is that of `call`, over it that of this record, then what the user has set now, and
        that of `kwargs` over all.

        :param call: JSON of `{model, method, args, kwargs, context}`
        :return: JSON of `{result}`, or of `{error: {name, message}}`; ASCII
        """
        return self._answer(call, None)

    @api.model
    def _answer(self, call, session):
        """Do what `call_json` does.

        :param session: function that returns a context manager in which the request is that of the page, or None
        """
        try:
            # Odoo 16.0 needs the language for the sentence of a violated rule.
            env = self.env(context=dict(self.env.context, lang=self.env.user.lang or 'en_US'))
            return retrying(partial(self._call_json, call, session or nullcontext), env)
        except Exception as error:
            self.env.cr.rollback()
            # Errors that are meant for users are no fault of the server: Odoo logs them in the same way.
            if isinstance(error, UserError):
                _logger.warning('Model call: %s', error)
            else:
                _logger.exception('A model call failed')
            return fault.encode(error, exception_to_unicode(error))

    @api.model
    def _call_json(self, call, session):
        call = json.loads(call)
        model, method, kwargs = call['model'], call['method'], dict(call['kwargs'])
        user = self.env.user
        context = companies.cut(dict(call['context'], **self.env.context), user._get_company_ids())
        context = dict(context, **user.context_get())
        kwargs['context'] = dict(context, **(kwargs.get('context') or {}))
        with session():
            env = self.env(context=kwargs['context'])
            if hasattr(env.transaction, 'default_env'):
                env.transaction.default_env = env  # what is computed at the end sees the same context
            if model not in env:
                raise UserError("The model '%s' does not exist, so that '%s' cannot be called" % (model, method))
            result = call_kw(env[model], method, call['args'], kwargs)
            # What it left to be computed or written belongs to that session, too.
            env.cr.flush()
            # Before the commit: what cannot be told must not have happened.
            return answer.encode(result, model, method, json_default)
