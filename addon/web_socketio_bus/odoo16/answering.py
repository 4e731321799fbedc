# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Answers to many asks at once."""
import json
from contextlib import nullcontext
from functools import partial

from psycopg2 import DataError
from psycopg2.errors import UndefinedTable

from odoo import SUPERUSER_ID
from odoo.addons.web_socketio.common.inspection import log_failure
from odoo.addons.web_socketio.odoo14 import page_token
from odoo.exceptions import UserError
from odoo.http import SessionExpiredException, request
from odoo.service.model import retrying

from . import socket_work
from .ask import CLOSED, EVENT, SUBSCRIBE
from .bus_bus import known_last_id
from .facts import facts
from .standing import EXPIRED, FAILED, INVALID, look_up_all
from .visitor import acting_as, visited_by

_EVENTS = {EVENT: socket_work.serve_event, CLOSED: socket_work.close}
# What Odoo and its addons raise for what a browser sent, such as a number that is too large for the database, or, in a channel
# of html_editor, a model that has no table.
_OF_BROWSERS = (ValueError, TypeError, KeyError, UserError, DataError, UndefinedTable, SessionExpiredException)
_MOST_TEXT = 200


class _Browsers(Exception):
    """What a browser sent is the reason why its subscription cannot be answered."""


def answer(asks):
    """Return JSON of what Odoo goes by and of the answers, in the order of the asks.

    Subscriptions are one transaction. When this raises nothing has been carried out: then the sidecar asks for each socket
    alone. Other events come afterwards, each in a transaction of its own: Odoo's addon `mail` commits, or rolls back, in
    the middle of a presence.
    """
    try:
        standings = look_up_all(asks)
        subscriptions = [pair for pair in zip(asks, standings) if pair[0].kind == SUBSCRIBE]
        subscribed = iter(_subscribe_all(subscriptions) if subscriptions else [])
    except Exception:
        if len(asks) > 1:
            raise
        return _json([_failed()])
    return _json([
        next(subscribed) if ask.kind == SUBSCRIBE else _carry_out(ask, standing)
        for ask, standing in zip(asks, standings)
    ])


def _json(answers):
    return json.dumps({'facts': facts(), 'answers': answers})


def _failed():
    request.env.cr.rollback()
    log_failure('Something could not be done for a socket of the bus')
    return {'refused': FAILED}


def _subscribe_all(subscriptions):
    # Savepoints cost a third of it, and are seldom needed: a browser that sent something wrong has all of it done once more.
    try:
        # It commits, and repeats all of it after a conflict of transactions.
        return retrying(partial(_subscribe_once, subscriptions, nullcontext), request.env)
    except _Browsers:
        request.env.cr.rollback()
    return retrying(partial(_subscribe_once, subscriptions, request.env.cr.savepoint), request.env)


def _subscribe_once(subscriptions, savepoint):
    # One that is refused may be of a user who is deleted, whom nobody can read.
    _read_users({standing.uid for ask, standing in subscriptions if standing.uid and not standing.refusal(ask)})
    with known_last_id(request.env):
        answers = [_subscribe(ask, standing, savepoint) for ask, standing in subscriptions]
    _add_tokens(subscriptions, answers)
    return answers


def _read_users(uids):
    """Read at once what the channels of each user are made of."""
    users = request.env(user=SUPERUSER_ID, su=True)['res.users'].browse(uids)
    for name in ('partner_id', 'groups_id', 'all_group_ids'):
        if name in users._fields:
            users.mapped(name)


def _subscribe(ask, standing, savepoint):
    refusal = standing.refusal(ask)
    if refusal:
        return refusal
    with visited_by(ask):
        try:
            with acting_as(standing.detached()), savepoint():
                answer = socket_work.subscribe(ask)
        except _OF_BROWSERS as error:
            if savepoint is nullcontext:
                raise _Browsers from error
            return _refused(error)
    return dict(answer, uid=standing.uid, session=standing.session is not None)


def _carry_out(ask, standing):
    work = _EVENTS.get(ask.kind)
    if work is None:
        return {'refused': INVALID, 'message': 'The kind is none of %s.' % ', '.join([SUBSCRIBE, *_EVENTS])}
    refusal = standing.refusal(ask)
    if refusal:
        return refusal
    try:
        return retrying(partial(_carry_out_once, work, ask, standing), request.env)
    except _OF_BROWSERS as error:
        request.env.cr.rollback()
        return _refused(error)
    except Exception:
        return _failed()


def _carry_out_once(work, ask, standing):
    with visited_by(ask), acting_as(standing.stored(ask)):
        work(ask)
        # What it left to be computed or written belongs to that user, too.
        request.env.cr.flush()
    return {}


def _refused(error):
    if isinstance(error, SessionExpiredException):
        return {'refused': EXPIRED}
    return {'refused': INVALID, 'message': str(error)[:_MOST_TEXT]}


def _add_tokens(subscriptions, answers):
    pages = [
        (answer, standing) for (ask, standing), answer in zip(subscriptions, answers)
        if ask.wants_token and standing.uid and 'channels' in answer
    ]
    if not pages:
        return
    issued = page_token.issue_many([(standing.found, standing.session) for _answer, standing in pages])
    for (answer, _standing), token in zip(pages, issued):
        if token is None:
            answer.clear()
            answer['refused'] = EXPIRED
        else:
            answer['token'] = token.reveal()
