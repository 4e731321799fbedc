# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How a worker and a sidecar prove to each other that they belong to a database: by a row of it.

Only the owner of the tables can write the row, and only the sidecar's role, besides, can read it.
"""
import binascii
import hashlib
import json
import os
import uuid

VERSION = 1
BEAT_SECONDS = 2.0


def beat(registry, proofs):
    """Say that the links of these proofs are alive.

    :return: the proofs whose rows are gone: somebody installed the tables anew, or restored a copy
    """
    with registry.connect() as cr:
        cr.execute(
            'UPDATE web_socketio_worker SET seen = clock_timestamp() WHERE id = ANY(%s::uuid[]) RETURNING id::text',
            [[one.worker for one in proofs]],
        )
        found = {one for (one,) in cr.fetchall()}
    return [one for one in proofs if one.worker not in found]


class Proof(object):
    """The row of one link. Each has its own: what one of them has to make anew, the others may be using.

    :param registry: of the database
    """

    def __init__(self, registry):
        self._registry = registry
        self.worker = str(uuid.uuid4())
        self.is_written = False
        self.renew()

    def renew(self):
        """Make it worthless: whoever was told it was no sidecar of this database, or may have been none."""
        self._secret = os.urandom(32)
        self.is_written = False
        #: what only a sidecar of this database can answer
        self.answer = binascii.hexlify(os.urandom(32)).decode('ascii')

    def reveal(self):
        """Return what the hello says; it goes nowhere else."""
        return binascii.hexlify(self._secret).decode('ascii')

    def put(self, declares):
        """Write the row, with what addons declare, and delete those of workers that are gone."""
        with self._registry.connect() as cr:
            # Only the youngest tell a sidecar something. One whose worker slept is written again.
            cr.execute("DELETE FROM web_socketio_worker WHERE seen < clock_timestamp() - interval '1 hour'")
            cr.execute(
                """
                INSERT INTO web_socketio_worker (id, proof_sha256, answer, seen, version, declares)
                VALUES (%s, %s, %s, clock_timestamp(), %s, %s)
                ON CONFLICT (id) DO UPDATE SET proof_sha256 = excluded.proof_sha256, answer = excluded.answer,
                    seen = excluded.seen, declares = excluded.declares
                """,
                [
                    self.worker, memoryview(hashlib.sha256(self._secret).digest()), self.answer, VERSION,
                    json.dumps(declares),
                ],
            )
        self.is_written = True
