# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json
import logging

from openerp.exceptions import AccessError, Warning as UserError
from openerp.osv import osv

from ..common import answer
from . import json_value, named_error
from .conflict import is_conflict
from .context_argument import takes_context

_logger = logging.getLogger(__name__)


class web_socketio_call(osv.AbstractModel):
    """Where the sidecar's calls end. It gives nobody anything that OpenERP's own RPC would not."""
    _name = 'web_socketio.call'
    _description = 'Model calls of the sidecar'

    def call_json(self, cr, uid, call, context=None):
        """Run a public method with the user's own rights: JSON in, JSON out.

        What the method raises is an answer, too, so that its name survives the transport, and no traceback goes with
        it. Only conflicts of transactions are raised: OpenERP's RPC, which commits after this, repeats the call then.

        :param call: JSON of `{model, method, args, kwargs, context}`; of this context counts what the user's own does not
            say, and the context in `kwargs` before both
        :return: JSON of `{result}`, or of `{error: {name, message}}`; ASCII
        """
        try:
            call = json.loads(call)
            context = self._context(cr, uid, call)
            # As JSON before the commit: what cannot be told must not have happened.
            result = self._call(cr, uid, call, context)
            return answer.encode(result, call['model'], call['method'], json_value.default)
        except Exception as error:
            if is_conflict(error):
                raise
            cr.rollback()
            described = named_error.describe(self.pool, cr, uid, error, context)
            # Errors that are meant for users are no fault of the server.
            if named_error.is_for_users(error):
                _logger.warning('Model call: %s', described['message'])
            else:
                _logger.exception('A model call failed')
            return json.dumps({'error': described})

    def _context(self, cr, uid, call):
        # The user's language and time zone as they are now: the sidecar knows those that its page came with. And whose
        # they are is not for a caller to say.
        return dict(call['context'], **dict(self.pool.get('res.users').context_get(cr, uid), uid=uid))

    def _call(self, cr, uid, call, context):
        name, args, kwargs = call['method'], call['args'], dict(call['kwargs'])
        model = self.pool.get(call['model'])
        if model is None:
            raise UserError("The model '%s' does not exist, so that '%s' cannot be called" % (call['model'], name))
        if name.startswith('_'):
            raise AccessError("The method '%s.%s' is private: it cannot be called" % (call['model'], name))
        method = getattr(model, name, None)
        if method is None:
            raise AttributeError("The method '%s.%s' does not exist" % (call['model'], name))
        if 'context' in kwargs or takes_context(method, len(args)):
            kwargs['context'] = dict(context, **(kwargs.get('context') or {}))
        return method(cr, uid, *args, **kwargs)
