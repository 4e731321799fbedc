# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a look at a session makes of the rows of its tokens.

Each function needs a cursor of its own, which `begin` has begun; who opened it commits it.
"""
import json

from .seal import seal


def begin(cr):
    """Prepare a cursor in which nothing has run: a change at the same time has to be waited for, and not to fail."""
    # Not longer: whoever changes a user keeps the rows of that user's tokens until the transaction ends, perhaps for minutes.
    cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '2s'")


def end_sessions(cr, hashes):
    """End all tokens of these sessions, for good, and tell the sidecars.

    :param hashes: of `token.session_hash`
    """
    cr.execute('SELECT web_socketio_end_session(hash) FROM unnest(%s::bytea[]) AS hash', [list(hashes)])


def end_token(cr, token_sha256, session_hash=None):
    """End one token, for good, and tell the sidecars.

    :param session_hash: of the only session whose token it may be, None if any may: a handle alone proves nothing
    """
    cr.execute("""
        WITH over AS (
            UPDATE web_socketio_session SET ended = clock_timestamp()
            WHERE token_sha256 = %s AND session_hash = COALESCE(%s::bytea, session_hash) AND ended IS NULL
            RETURNING session_hash
        )
        INSERT INTO web_socketio_message (channel, "values")
        SELECT 'web_socketio.control', json_build_object('type', 'ended', 'session_hash', encode(session_hash, 'hex'))
        FROM over
    """, [token_sha256, session_hash])


def forget_others(cr, hash_, uid):
    """Delete the tokens that other users have in a session, which is another user's now, and tell the sidecars.

    They do not end: their pages are to ask for tokens of that other user, or wait until their own one is back.
    """
    cr.execute("""
        WITH gone AS (
            DELETE FROM web_socketio_session
            WHERE session_hash = %s AND uid <> %s AND ended IS NULL RETURNING session_hash
        )
        INSERT INTO web_socketio_message (channel, "values")
        SELECT 'web_socketio.control', json_build_object('type', 'ended', 'session_hash', encode(session_hash, 'hex'))
        FROM gone LIMIT 1
    """, [hash_, uid])


def lock_sessions(cr, hashes):
    """Note that Odoo answers nobody in these sessions at present, and tell the sidecars."""
    cr.execute("""
        WITH paused AS (
            UPDATE web_socketio_session SET locked = clock_timestamp()
            WHERE session_hash = ANY(%s::bytea[]) AND ended IS NULL AND locked IS NULL RETURNING session_hash
        )
        INSERT INTO web_socketio_message (channel, "values")
        SELECT DISTINCT ON (session_hash) 'web_socketio.control',
            json_build_object('type', 'locked', 'session_hash', encode(session_hash, 'hex'))
        FROM paused
    """, [list(hashes)])


def demand_proof(cr, tokens_sha256):
    """Note that the pages of these tokens have to come with their cookies."""
    cr.execute("""
        UPDATE web_socketio_session SET proof_due = clock_timestamp()
        WHERE token_sha256 = ANY(%s::bytea[]) AND ended IS NULL AND proof_due IS NULL
    """, [list(tokens_sha256)])


def demand_look(cr, hash_):
    """Have the sidecars ask about a session now. It waits for nobody: others may hold the rows of its tokens."""
    cr.execute("""
        INSERT INTO web_socketio_message (channel, "values")
        VALUES ('web_socketio.control', json_build_object('type', 'look', 'session_hash', encode(%s::bytea, 'hex')))
    """, [hash_])


class Agreement(object):
    """That Odoo agrees to the session of a row.

    :param context: of the session, now
    :param lifetime: seconds
    :param key: what finds the session in Odoo's store now, a `Secret`
    """

    def __init__(self, row, context, lifetime, key):
        self.row = row
        self.context = context
        # Two thirds of its life are left for Odoo to be away.
        self.lifetime = lifetime if row.left < lifetime * 2 / 3 else None
        self.key = key if row.key is None or key.reveal() != row.key.reveal() else None

    @property
    def changes(self):
        """Does a sidecar have to read the row again?"""
        row = self.row
        return bool(self.lifetime or self.key or row.proof_due or row.locked or self.context != row.context)


def agree(cr, agreements):
    """Write down that Odoo agrees to sessions, and what else has changed of them: one statement, however many.

    A proof that became due meanwhile stays due. Rows that somebody else holds are left for the next time: waiting for
    them could be long, and two who wait for each other would fail.
    """
    cr.execute("""
        UPDATE web_socketio_session AS session
        SET checked = clock_timestamp(), locked = NULL,
            proof_due = CASE WHEN session.proof_due IS DISTINCT FROM fresh.proof_due THEN session.proof_due END,
            context = fresh.context, sealed = COALESCE(fresh.sealed, session.sealed),
            expires = GREATEST(session.expires, now() + fresh.lifetime * interval '1 second')
        FROM unnest(%(keys)s::bytea[], %(dues)s::timestamptz[], %(contexts)s::text[], %(sealed)s::bytea[],
            %(lifetimes)s::integer[]) AS fresh(token_sha256, proof_due, context, sealed, lifetime)
        WHERE session.token_sha256 = fresh.token_sha256 AND session.ended IS NULL AND session.token_sha256 IN (
            SELECT free.token_sha256 FROM web_socketio_session AS free
            WHERE free.token_sha256 = ANY(%(keys)s::bytea[]) FOR NO KEY UPDATE SKIP LOCKED
        )
    """, {
        'keys': [one.row.token_sha256 for one in agreements],
        'dues': [one.row.proof_due for one in agreements],
        'contexts': [json.dumps(one.context, sort_keys=True) for one in agreements],
        'sealed': [one.key and seal(one.row.token, one.key) for one in agreements],
        'lifetimes': [one.lifetime for one in agreements],
    })
