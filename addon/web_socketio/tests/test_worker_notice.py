# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests.common import TransactionCase

from ..common import worker_notice
from ..common.worker_command import of_odoo

SUMMARY = ["handler send_reminders of 'reminder' (connect)"]
ROW = """
    INSERT INTO web_socketio_worker (id, proof_sha256, seen, version)
    VALUES (md5('worker')::uuid, '', clock_timestamp() - %s * interval '1 second', 1)
"""


class TestWorkerNotice(TransactionCase):

    def setUp(self):
        super().setUp()
        self.now = 1000.0
        self.queries = 0
        state = {name: type(getattr(worker_notice, name))() for name in ('_loaded', '_looked', '_said')}
        for patcher in (
            patch.multiple(worker_notice, **state),
            patch.object(worker_notice.time, 'time', lambda: self.now),
            patch.object(worker_notice.declarations, 'addons', lambda: {'web', 'not_installed'}),
            patch.object(worker_notice.declarations, 'summary', lambda addon: SUMMARY),
        ):
            patcher.start()
            self.addCleanup(patcher.stop)
        self.env.cr.execute('DELETE FROM web_socketio_worker')
        worker_notice.loaded('mydb')

    @contextmanager
    def open_cursor(self):
        self.queries += 1
        yield self.env.cr

    def look(self):
        worker_notice.look('mydb', self.open_cursor)

    def test_it_is_said_once_and_the_tables_are_left_alone_afterwards(self):
        self.now += worker_notice.PATIENCE_SECONDS
        with self.assertLogs(worker_notice.__name__, 'WARNING') as logs:
            for _page in range(3):
                self.look()
                self.now += worker_notice.LOOK_SECONDS
        self.assertEqual((len(logs.records), self.queries), (1, 1))
        self.assertIn("The addon 'web' declares handler send_reminders", logs.records[0].getMessage())

    def test_a_worker_that_starts_with_odoo_has_time_for_it(self):
        self.now += worker_notice.PATIENCE_SECONDS - 1
        self.look()
        self.assertEqual(self.queries, 0)

    def test_nothing_is_said_while_a_worker_lives_and_nobody_looks_twice_a_minute(self):
        self.env.cr.execute(ROW, [worker_notice.SEEN_SECONDS - 10])
        self.now += worker_notice.PATIENCE_SECONDS
        self.look()
        self.now += worker_notice.LOOK_SECONDS - 1
        self.look()
        self.assertEqual(self.queries, 1)
        self.env.cr.execute('DELETE FROM web_socketio_worker')
        self.env.cr.execute(ROW, [worker_notice.SEEN_SECONDS + 10])
        self.now += 1
        with self.assertLogs(worker_notice.__name__, 'WARNING'):
            self.look()

    def test_tables_of_an_older_release_are_no_reason_to_say_anything(self):
        self.env.cr.execute('ALTER TABLE web_socketio_worker RENAME TO web_socketio_worker_gone')
        self.now += worker_notice.PATIENCE_SECONDS
        self.look()
        self.assertEqual(self.queries, 1)

    def test_several_addons_are_one_sentence(self):
        text = worker_notice.describe(['one', 'two'], 'mydb', 'odoo web_socketio -d mydb')
        self.assertEqual(
            text, "The addons 'one', 'two' declare %s, %s in Python, and no Python worker runs for 'mydb': "
            'start it with "odoo web_socketio -d mydb".' % (SUMMARY[0], SUMMARY[0]),
        )

    def test_the_command_says_where_the_addon_is_unless_odoo_looks_there(self):
        self.assertEqual(of_odoo('my db', '/etc/odoo.conf', '/etc/odoo.conf'), "odoo web_socketio -c /etc/odoo.conf -d 'my db'")
        self.assertRegex(of_odoo('mydb', None, '/etc/odoo.conf'), r'^odoo (--addons-path=\S+ )?web_socketio -d mydb$')
