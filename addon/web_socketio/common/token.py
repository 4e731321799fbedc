# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The only place that touches the table of tokens.

Functions and no model: whoever could call them by RPC could become any user. Nothing here is cached: a token has to be
worthless in the very moment in which its row says so.
"""
import base64
import hashlib
import json
import os
import re

PREFIX = 'wsio_'
TOKEN = re.compile(r'^wsio_[A-Za-z0-9_-]{43}\Z')
# A `disconnect` handler runs after the logout that caused it and may still call models.
GRACE_SECONDS = 30

# Python 2.7 has two types of text: passwords of RPC and JSON come as either.
TEXT = (type(''), type(u''))


def _sha256(text):
    # psycopg2 writes bytes of Python 2.7 as text.
    return memoryview(hashlib.sha256(text.encode('utf-8')).digest())


def is_token(text):
    """Return whether this is a token, and not a password."""
    return isinstance(text, TEXT) and bool(TOKEN.match(text))


def issue(cr, uid, session_id, context, lifetime, token=None):
    """Extend the given token if this user and this session own it, else make a new one.

    The caller has proved the session. A token that a client sent is never inserted: a page could otherwise be made to
    use one that somebody else knows.

    :param session_id: what stays the same as long as the session lives
    :param lifetime: seconds
    :return: the token
    """
    values = {
        'uid': uid,
        'session_hash': _sha256(session_id),
        'context': json.dumps(context),
        'lifetime': lifetime,
    }
    if is_token(token):
        cr.execute("""
            UPDATE web_socketio_session
            SET expires = now() + %(lifetime)s * interval '1 second', context = %(context)s, proof_due = NULL
            WHERE token_sha256 = %(token_sha256)s AND uid = %(uid)s AND session_hash = %(session_hash)s
                AND ended IS NULL
        """, dict(values, token_sha256=_sha256(token)))
        if cr.rowcount:
            return token
    token = PREFIX + base64.urlsafe_b64encode(os.urandom(32)).decode('ascii').rstrip('=')
    cr.execute("""
        INSERT INTO web_socketio_session (token_sha256, uid, session_hash, context, expires)
        VALUES (%(token_sha256)s, %(uid)s, %(session_hash)s, %(context)s, now() + %(lifetime)s * interval '1 second')
    """, dict(values, token_sha256=_sha256(token)))
    return token


def find(cr, token):
    """Return the user of a token that may act right now, None otherwise."""
    if not is_token(token):
        return None
    cr.execute("""
        SELECT session.uid
        FROM web_socketio_session AS session
        JOIN res_users ON res_users.id = session.uid AND res_users.active
        WHERE session.token_sha256 = %s AND session.expires > now() AND session.proof_due IS NULL
            AND (session.ended IS NULL OR session.ended > now() - %s * interval '1 second')
    """, [_sha256(token), GRACE_SECONDS])
    row = cr.fetchone()
    return row[0] if row else None


def end_session(cr, session_id):
    """End all tokens of a session, for good. The cursor must be new: nothing may have run in it."""
    # Not in REPEATABLE READ, Odoo's default: a renewal at the same time would make this statement fail.
    cr.execute('SET TRANSACTION ISOLATION LEVEL READ COMMITTED')
    cr.execute('SELECT web_socketio_end_session(%s)', [_sha256(session_id)])


def bury(cr, uid, session_id, lifetime):
    """Remember for so many seconds that a session has logged out, for series that may bring it back to life."""
    cr.execute("""
        INSERT INTO web_socketio_session (token_sha256, uid, session_hash, expires, ended)
        VALUES (%(grave)s, %(uid)s, %(grave)s, now() + %(lifetime)s * interval '1 second', now())
        ON CONFLICT DO NOTHING
    """, {'grave': _sha256(session_id), 'uid': uid, 'lifetime': lifetime})


def is_buried(cr, session_id):
    """Return whether `bury` remembers the session."""
    cr.execute(
        'SELECT 1 FROM web_socketio_session WHERE token_sha256 = %(grave)s AND session_hash = %(grave)s',
        {'grave': _sha256(session_id)},
    )
    return bool(cr.fetchone())
