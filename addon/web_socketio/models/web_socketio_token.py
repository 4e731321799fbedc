# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import base64
import hashlib
import json
import os
import re

from odoo import api, models

PREFIX = 'wsio_'
TOKEN = re.compile(r'^wsio_[A-Za-z0-9_-]{43}\Z')
# A `disconnect` handler runs after the logout that caused it and may still call models.
GRACE_SECONDS = 30


def _sha256(text):
    return hashlib.sha256(text.encode('utf-8')).digest()


class WebSocketIOToken(models.AbstractModel):
    """The only place that touches the table of tokens.

    All methods are private: whoever could call them by RPC could become any user. Nothing here is cached: a token has
    to be worthless in the very moment in which its row says so.
    """
    _name = 'web_socketio.token'
    _description = 'Tokens of web_socketio'

    @api.model
    def _is_token(self, text):
        return isinstance(text, str) and bool(TOKEN.match(text))

    @api.model
    def _issue(self, uid, session_id, context, lifetime, token=None):
        """Extend the given token if this user and this session own it, else make a new one.

        The caller has proved the session. A token that a client sent is never inserted: a page could otherwise be
        made to use one that somebody else knows.
        """
        values = {
            'uid': uid,
            'session_hash': _sha256(session_id),
            'context': json.dumps(context),
            'lifetime': lifetime,
        }
        if self._is_token(token):
            self.env.cr.execute("""
                UPDATE web_socketio_session
                SET expires = now() + %(lifetime)s * interval '1 second', context = %(context)s, proof_due = NULL
                WHERE token_sha256 = %(token_sha256)s AND uid = %(uid)s AND session_hash = %(session_hash)s
                    AND ended IS NULL
            """, dict(values, token_sha256=_sha256(token)))
            if self.env.cr.rowcount:
                return token
        token = PREFIX + base64.urlsafe_b64encode(os.urandom(32)).decode('ascii').rstrip('=')
        self.env.cr.execute("""
            INSERT INTO web_socketio_session (token_sha256, uid, session_hash, context, expires)
            VALUES (%(token_sha256)s, %(uid)s, %(session_hash)s, %(context)s,
                now() + %(lifetime)s * interval '1 second')
        """, dict(values, token_sha256=_sha256(token)))
        return token

    @api.model
    def _find(self, token):
        """Return the user of a token that may act right now, None otherwise."""
        if not self._is_token(token):
            return None
        self.env.cr.execute("""
            SELECT session.uid
            FROM web_socketio_session AS session
            JOIN res_users ON res_users.id = session.uid AND res_users.active
            WHERE session.token_sha256 = %s AND session.expires > now() AND session.proof_due IS NULL
                AND (session.ended IS NULL OR session.ended > now() - %s * interval '1 second')
        """, [_sha256(token), GRACE_SECONDS])
        row = self.env.cr.fetchone()
        return row[0] if row else None

    @api.model
    def _end_session(self, session_id):
        # Not in REPEATABLE READ, Odoo's default: a renewal at the same time would make this statement fail.
        self.env.cr.execute('SET TRANSACTION ISOLATION LEVEL READ COMMITTED')
        self.env.cr.execute('SELECT web_socketio_end_session(%s)', [_sha256(session_id)])

    @api.autovacuum
    def _gc_expired(self):
        self.env.cr.execute("DELETE FROM web_socketio_session WHERE expires < now() - interval '1 day'")
