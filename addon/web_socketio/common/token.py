# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The only place that touches the table of tokens.

Functions and no model: whoever could call them by RPC could become any user. Nothing here is cached: a token has to be
worthless in the very moment in which its row says so. Tokens and session ids are `Secret`s everywhere but in one line.

`issue` needs a cursor that `settle.begin` has begun: in REPEATABLE READ, Odoo's default, a log-out at the same time would
make it fail. What a look at a session makes of its rows is in `settle`.
"""
import base64
import hashlib
import json
import os
import re

from .seal import seal, to_bytes, unseal
from .secret import Secret

PREFIX = 'wsio_'
TOKEN = re.compile(r'^wsio_[A-Za-z0-9_-]{43}\Z')
# What the sidecar calls models with: a token, and behind a point the id of the sidecar itself, which no user can read.
CREDENTIAL = re.compile(r'^(wsio_[A-Za-z0-9_-]{43})(?:\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))?\Z')
HANDLE = re.compile(r'^[0-9a-f]{64}\Z')
# A `disconnect` handler runs after the logout that caused it and may still call models.
GRACE_SECONDS = 30
# A sidecar writes every second that it lives.
SIDECAR_SECONDS = 30

# What a look at a session, or at the row of a token, can say. See `web_socketio/check` for what each means to a sidecar.
LIVE, RENEWED, LOCKED, OVER, UNPROVED, UNKNOWN = 'live', 'renewed', 'locked', 'over', 'unproved', 'unknown'

# Python 2.7 has two types of text: passwords of RPC and JSON come as either.
TEXT = (type(''), type(u''))


def _sha256(text):
    # psycopg2 writes bytes of Python 2.7 as text.
    return memoryview(hashlib.sha256(text.encode('utf-8')).digest())


def session_hash(session_id):
    """Return what stands in the table for a session.

    :param session_id: what stays the same as long as the session lives, a text or a `Secret`
    """
    return _sha256(session_id.reveal() if isinstance(session_id, Secret) else session_id)


def is_token(text):
    """Return whether this is a token, and not a password."""
    return isinstance(text, TEXT) and bool(TOKEN.match(text))


def is_credential(text):
    """Return whether this is a token, with or without a sidecar's id, and not a password."""
    return isinstance(text, TEXT) and bool(CREDENTIAL.match(text))


def handle_of(token):
    """Return the handle of a `Secret` token: it names the row, and opens nothing."""
    return hashlib.sha256(token.reveal().encode('utf-8')).hexdigest()


def read_handle(value):
    """Return a handle that a client sent as the key of a row, None if it is none."""
    if not isinstance(value, TEXT) or not HANDLE.match(value):
        return None
    return memoryview(base64.b16decode(value.upper().encode('ascii')))


class Row(object):
    """The row of a token, as it was read."""

    def __init__(self, token, sealed, checked, **columns):
        #: `Secret`
        self.token = token
        #: what finds the session in Odoo's store, a `Secret`; None if Odoo cannot look at it by itself
        self.key = unseal(token, sealed) if checked and sealed else None
        #: key of the row, hash of the session: bytes
        self.token_sha256 = self.session_hash = None
        self.uid = None
        #: is the user active?
        self.active = False
        #: dictionary
        self.context = None
        #: such as `https://erp.example.com`, or None
        self.origin = None
        #: as PostgreSQL gives it, or None
        self.proof_due = None
        self.locked = self.ended = False
        #: ended, and still good for what runs at a disconnection
        self.leaving = False
        #: seconds
        self.left = 0
        self.__dict__.update(columns, context=json.loads(columns['context']))

    @property
    def state(self):
        """What the row says by itself, without a look at the session."""
        if self.ended:
            return LIVE if self.leaving and self.active and not self.proof_due else OVER
        if not self.active:
            return UNKNOWN
        return UNPROVED if self.proof_due else LOCKED if self.locked else LIVE


_COLUMNS = (
    'token_sha256', 'uid', 'active', 'session_hash', 'context', 'origin', 'sealed', 'checked', 'proof_due', 'locked',
    'ended', 'leaving', 'left',
)


def read(cr, credentials):
    """Return a list with the `Row` of each credential, None for one that this database does not know.

    :param credentials: list of `Secret`s; what is in them may be anything
    """
    parts = [_split(one) for one in credentials]
    hashes = [token and _sha256(token.reveal()) for token, _sidecar in parts]
    cr.execute("""
        SELECT session.token_sha256, session.uid, COALESCE(res_users.active, false), session.session_hash, session.context,
            session.origin, session.sealed, session.checked IS NOT NULL, session.proof_due, session.locked IS NOT NULL,
            session.ended IS NOT NULL,
            session.ended > now() - %(grace)s * interval '1 second' AND EXISTS (
                SELECT 1 FROM web_socketio_sidecar
                WHERE id = ANY(%(sidecars)s::uuid[]) AND seen > now() - %(seen)s * interval '1 second'
            ),
            extract(epoch FROM session.expires - now())
        FROM web_socketio_session AS session
        LEFT JOIN res_users ON res_users.id = session.uid
        WHERE session.token_sha256 = ANY(%(hashes)s::bytea[]) AND session.expires > now()
            AND session.issuer = (SELECT web_socketio_identity())
    """, {
        'hashes': [one for one in hashes if one],
        'sidecars': [sidecar for _token, sidecar in parts if sidecar],
        'grace': GRACE_SECONDS,
        'seen': SIDECAR_SECONDS,
    })
    rows = {to_bytes(values[0]): dict(zip(_COLUMNS, values)) for values in cr.fetchall()}
    return [
        Row(token, **rows[to_bytes(key)]) if key and to_bytes(key) in rows else None
        for (token, _sidecar), key in zip(parts, hashes)
    ]


def _split(credential):
    """Return the token, a `Secret`, and the id of the sidecar in a credential; None for what is not there."""
    match = CREDENTIAL.match(credential.reveal()) if isinstance(credential.reveal(), TEXT) else None
    return (Secret(match.group(1)), match.group(2)) if match else (None, None)


def find(cr, credential):
    """Return the `Row` of a credential that may act right now, as far as the table says, None otherwise.

    :param credential: a `Secret`: a token, or `token.<id of a sidecar>`, which alone works after the end of a session
    """
    row = read(cr, [credential])[0]
    return row if row and row.active and row.state == LIVE else None


def _new_token():
    return Secret(PREFIX + base64.urlsafe_b64encode(os.urandom(32)).decode('ascii').rstrip('='))


def issue(cr, uid, session_id, context, lifetime, handle=None, token=None, origin=None, key=None):
    """Extend the token that is named if this user and this session own it, else make a new one in its place.

    The caller has proved the session. A token that a client sent is never inserted: a page could otherwise be made to
    use one that somebody else knows.

    :param session_id: what stays the same as long as the session lives
    :param lifetime: seconds
    :param handle: what the client sent as the handle of its token, anything
    :param token: what a client of an older release sent instead, the token itself as a `Secret`
    :param origin: the scheme and host by which its browser reached Odoo, None if nobody knows; of a session the first
        counts
    :param key: what finds the session in Odoo's store, a `Secret`, None where Odoo cannot look at it without its browser
    :return: the handle, and the token as a `Secret`, None for a client that has it already
    """
    values = {
        'uid': uid,
        'session_hash': session_hash(session_id),
        'context': json.dumps(context, sort_keys=True),
        'lifetime': lifetime,
        'origin': origin,
        'sealed': None,
    }
    # Whoever has a session could name a host with each token, and have the sidecar send a request for each of them.
    cr.execute("""
        SELECT origin FROM web_socketio_session
        WHERE session_hash = %(session_hash)s AND origin IS NOT NULL AND expires > now()
            AND issuer = (SELECT web_socketio_identity())
        LIMIT 1
    """, values)
    values['origin'] = (cr.fetchone() or [origin])[0]
    token = token if token and is_token(token.reveal()) else None
    old = read_handle(handle_of(token) if token else handle)
    if old:
        values.update(old=old, sealed=seal(token, key) if token and key else None)
        cr.execute("""
            UPDATE web_socketio_session
            SET expires = now() + %(lifetime)s * interval '1 second', context = %(context)s, locked = NULL,
                origin = COALESCE(%(origin)s, origin), sealed = COALESCE(%(sealed)s, sealed),
                checked = CASE WHEN COALESCE(%(sealed)s, sealed) IS NOT NULL THEN clock_timestamp() END
            WHERE token_sha256 = %(old)s AND uid = %(uid)s AND session_hash = %(session_hash)s
                AND ended IS NULL AND proof_due IS NULL AND issuer = (SELECT web_socketio_identity())
        """, values)
        if cr.rowcount:
            return base64.b16encode(to_bytes(old)).decode('ascii').lower(), token
        cr.execute("""
            DELETE FROM web_socketio_session
            WHERE token_sha256 = %(old)s AND session_hash = %(session_hash)s AND ended IS NULL
        """, values)
    token = _new_token()
    values.update(token_sha256=_sha256(token.reveal()), sealed=seal(token, key) if key else None)
    cr.execute("""
        INSERT INTO web_socketio_session (token_sha256, uid, session_hash, context, expires, origin, sealed, checked)
        VALUES (%(token_sha256)s, %(uid)s, %(session_hash)s, %(context)s, now() + %(lifetime)s * interval '1 second',
            %(origin)s, %(sealed)s, CASE WHEN %(sealed)s IS NOT NULL THEN clock_timestamp() END)
    """, values)
    return handle_of(token), token


def issue_many(cr, grants, lifetime, origin):
    """Make a new token for each of many pages, whose sessions the caller has proved: in one statement.

    :param grants: list of `(uid, session_id, context, key)`, each as for `issue`
    :param lifetime: seconds
    :param origin: as for `issue`, of all of them
    :return: list of tokens, `Secret`s, in the same order
    """
    tokens = [_new_token() for _grant in grants]
    hashes = [session_hash(session_id) for _uid, session_id, _context, _key in grants]
    cr.execute("""
        INSERT INTO web_socketio_session (token_sha256, uid, session_hash, context, expires, origin, sealed, checked)
        SELECT fresh.token_sha256, fresh.uid, fresh.session_hash, fresh.context,
            now() + %(lifetime)s * interval '1 second',
            COALESCE((
                SELECT first.origin FROM web_socketio_session AS first
                WHERE first.session_hash = fresh.session_hash AND first.origin IS NOT NULL AND first.expires > now()
                    AND first.issuer = (SELECT web_socketio_identity())
                LIMIT 1
            ), %(origin)s), fresh.sealed, CASE WHEN fresh.sealed IS NOT NULL THEN clock_timestamp() END
        FROM unnest(%(tokens)s::bytea[], %(uids)s::integer[], %(hashes)s::bytea[], %(contexts)s::text[],
            %(sealed)s::bytea[]) AS fresh(token_sha256, uid, session_hash, context, sealed)
    """, {
        'lifetime': lifetime,
        'origin': origin,
        'tokens': [_sha256(one.reveal()) for one in tokens],
        'uids': [uid for uid, _session_id, _context, _key in grants],
        'hashes': hashes,
        'contexts': [json.dumps(context, sort_keys=True) for _uid, _session_id, context, _key in grants],
        'sealed': [key and seal(token, key) for token, (_uid, _session_id, _context, key) in zip(tokens, grants)],
    })
    return tokens


def bury(cr, uid, session_id, lifetime):
    """Remember for so many seconds that a session has logged out, for series that may bring it back to life."""
    cr.execute("""
        INSERT INTO web_socketio_session (token_sha256, uid, session_hash, expires, ended)
        VALUES (%(grave)s, %(uid)s, %(grave)s, now() + %(lifetime)s * interval '1 second', now())
        ON CONFLICT DO NOTHING
    """, {'grave': session_hash(session_id), 'uid': uid, 'lifetime': lifetime})


def is_buried(cr, session_id):
    """Return whether `bury` remembers the session."""
    cr.execute(
        'SELECT 1 FROM web_socketio_session WHERE token_sha256 = %(grave)s AND session_hash = %(grave)s',
        {'grave': session_hash(session_id)},
    )
    return bool(cr.fetchone())


def is_proof_due(cr, session_id):
    """Return whether the credentials of a session's user have changed since somebody looked at it."""
    cr.execute("""
        SELECT 1 FROM web_socketio_session WHERE session_hash = %s AND proof_due IS NOT NULL AND ended IS NULL
    """, [session_hash(session_id)])
    return bool(cr.fetchone())
