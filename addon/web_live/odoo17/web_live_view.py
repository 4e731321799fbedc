# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import logging

from psycopg2 import errors

from odoo import api, models

try:
    from odoo.fields import Domain
    AND = Domain.AND
except ImportError:
    # Before 19.0.
    from odoo.osv.expression import AND

# After these Odoo runs the whole call again.
REPEATED = (errors.LockNotAvailable, errors.SerializationFailure, errors.DeadlockDetected)

_logger = logging.getLogger(__name__)

MOST_IDS = 1000
# PostgreSQL has no larger integer, and would refuse the whole query.
LARGEST_ID = 2 ** 31 - 1
NUMBERS = ('offset', 'limit', 'count_limit', 'count')


class WebLiveView(models.AbstractModel):
    """What the server module asks for a page, as its user: all of it under his own rights and rules."""
    _name = 'web_live.view'
    _description = 'What pages of live models may see'

    @api.model
    def open_view(self, model, ids, context=None):
        """Say whether a model is live for the user, and which of the ids he may read in the context of the view.

        Its companies are those that the page shows: pages change them without another session.
        """
        if not self.env.user._is_internal():
            # Others would learn who works on what.
            return {'live': False, 'ids': []}
        if model not in self.env['web_live.model']._live_names() or model not in self.env.registry:
            return {'live': False, 'ids': []}
        if not self.env['ir.model.access'].check(model, 'read', raise_exception=False):
            return {'live': False, 'ids': []}
        asked = [id_ for id_ in ids[:MOST_IDS] if type(id_) is int and 0 < id_ <= LARGEST_ID]
        given = context if isinstance(context, dict) else {}
        records = self.env[model].with_context(**dict(given, active_test=False))
        readable = set(records.search([('id', 'in', asked)], order='id').ids) if asked else set()
        return {'live': True, 'ids': [id_ for id_ in asked if id_ in readable]}

    @api.model
    def differ(self, views):
        """Say of each view whether it would show something else now. One that cannot be loaded any more would not."""
        live = self.env['web_live.model']._live_names() if self.env.user._is_internal() else ()
        return [view['model'] in live and self._differs_safely(view) for view in views]

    def _differs_safely(self, view):
        try:
            # A query that fails would spoil the transaction for the others.
            with self.env.cr.savepoint(flush=False):
                return _differs(self.env[view['model']].with_context(**view['context']), view)
        except REPEATED:
            raise
        except Exception:
            # Of its rights, of its domain, or of a field of another addon.
            _logger.debug("A view of %s cannot be loaded", view['model'], exc_info=True)
            return False


def _differs(records, view):
    if any(type(view[name]) is not int or view[name] < 0 for name in NUMBERS if view[name] is not None):
        raise ValueError("A view has something else where numbers belong.")
    domain, changed = view['domain'], view['changed']
    ids = [id_ for id_ in changed or () if type(id_) is int and 0 < id_ <= LARGEST_ID]
    # What the view does not show and what is not of its domain may only have left it, from another page of the list or a
    # folded group: then it counts less.
    matches = bool(ids) and bool(records.search_count(AND([[('id', 'in', ids)], domain]), limit=1))
    if view['grouped']:
        return matches or _limited(records.search_count(domain), view) != _limited(view['count'], view)
    if changed is not None and not matches:
        return _length(records, view) != _limited(view['count'], view)
    shown, offset, limit = view['ids'], view['offset'], view['limit']
    window = records.search(domain, offset=offset, limit=limit, order=view['order'] or None).ids
    if len(shown) >= MOST_IDS:
        window = window[:MOST_IDS]
    # What is not on the screen and is known to have changed does not put what is there into another order; rows that are
    # equal by it may come in another one each time.
    is_same = window == shown if changed is None else sorted(window) == sorted(shown)
    return not is_same or _length(records, view) != _limited(view['count'], view)


def _length(records, view):
    limit = view['count_limit']
    return _limited(records.search_count(view['domain'], limit=limit + 1 if limit else None), view)


def _limited(count, view):
    """Beyond its limit a list shows no other number."""
    return min(count, view['count_limit']) if view['count_limit'] else count
