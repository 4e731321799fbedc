# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json
import logging
from contextlib import nullcontext

from odoo import api, models
from odoo.api import call_kw
from odoo.exceptions import AccessError, UserError
from odoo.models import regex_private
from odoo.service.model import check
from odoo.sql_db import flush_env
from odoo.tools import ustr
from odoo.tools.date_utils import json_default

from ..common import answer, companies, fault
from . import page_token

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
        cr, registry = self.env.cr, self.env.registry
        try:
            text = self._call_repeatedly(call, session or nullcontext)
            # The request of the sidecar is this one transaction, and its answer is only right when that has committed.
            cr.commit()  # pylint: disable=invalid-commit
            registry.signal_changes()
            return text
        except Exception as error:
            cr.rollback()
            registry.reset_changes()
            # Errors that are meant for users are no fault of the server: Odoo logs them in the same way.
            if isinstance(error, UserError):
                _logger.warning('Model call: %s', error)
            else:
                _logger.exception('A model call failed')
            return fault.encode(error, ustr(error))

    @api.model
    def _call_repeatedly(self, call, session):
        cr = self.env.cr

        # It calls the function again after a conflict, and makes violated rules of a table a ValidationError.
        @check
        def attempt(dbname):
            try:
                with session():
                    text = self._call_json(call)
                    # The last things that may conflict. The commit is outside: after it nothing may be done twice.
                    flush_env(cr)
                    cr.precommit.run()
            except Exception:
                cr.rollback()
                raise
            return text

        return attempt(cr.dbname)

    @api.model
    def _call_json(self, call):
        call = json.loads(call)
        model, method, kwargs = call['model'], call['method'], dict(call['kwargs'])
        context = companies.cut(dict(call['context'], **self.env.context), page_token.own_companies(self.env.user))
        context.update(page_token.own_context(self.env.user))
        kwargs['context'] = dict(context, **(kwargs.get('context') or {}))
        env = self.env(context=kwargs['context'])
        if model not in env:
            raise UserError("The model '%s' does not exist, so that '%s' cannot be called" % (model, method))
        if regex_private.match(method):
            raise AccessError("Private methods (such as '%s.%s') cannot be called remotely." % (model, method))
        if not callable(getattr(type(env[model]), method, None)):
            raise AttributeError("The method '%s.%s' does not exist" % (model, method))
        result = call_kw(env[model], method, call['args'], kwargs)
        if isinstance(result, models.BaseModel):
            result = result.ids
        # Before the commit: what cannot be told must not have happened.
        return answer.encode(result, model, method, json_default)
