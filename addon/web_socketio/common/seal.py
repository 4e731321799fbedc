# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What finds a session in Odoo's store, encrypted with a token, of which the table has no more than the hash."""
import hashlib
import os

from .secret import Secret

NONCE_BYTES = 16


def seal(token, key):
    """Encrypt what finds a session in Odoo's store, so that only who has the token can read it.

    Not against changes: who can write to the table needs no session any more.

    :param token: a `Secret`
    :param key: a `Secret`
    :return: bytes for the database
    """
    nonce = os.urandom(NONCE_BYTES)
    return memoryview(nonce + _xor(token, nonce, key.reveal().encode('utf-8')))


def unseal(token, sealed):
    """Return the `Secret` that `seal` was given, None if this token does not open it."""
    sealed = to_bytes(sealed)
    try:
        text = _xor(token, sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]).decode('utf-8')
    except ValueError:
        return None
    return Secret(text)


def _xor(token, nonce, data):
    pad = hashlib.pbkdf2_hmac('sha256', token.reveal().encode('ascii'), nonce, 1, max(1, len(data)))
    return bytes(bytearray(one ^ other for one, other in zip(bytearray(data), bytearray(pad))))


def to_bytes(value):
    """Return what PostgreSQL gave, or what is for it, as bytes."""
    # Python 2.7 shows a memoryview by its address, and gets a buffer from PostgreSQL.
    return value.tobytes() if isinstance(value, memoryview) else bytes(value)
