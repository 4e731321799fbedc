# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests.common import TransactionCase

from ..common import operator

CHANNELS = {'news': ['each', 7], 'work': ['queue', 2], 'lost': [None, 1]}


class TestOperatorScreen(TransactionCase):

    def setUp(self):
        super().setUp()
        self.user = self.env['res.users'].create({'name': 'Anna', 'login': 'operator_anna'})
        self.env.cr.execute('DELETE FROM web_socketio_message')
        self.env.cr.execute('DELETE FROM web_socketio_status')
        self.status([self.user.id, 999999], [2, 1], [1, 0], [40, 0])

    def status(self, uids, web_sockets, pollings, latencies, due='1 minute', stopped=False):
        self.env.cr.execute("""
            INSERT INTO web_socketio_status (id, version, due, stopped, report, user_ids, web_sockets, pollings, latencies)
            VALUES (md5(random()::text)::uuid, '1', now() + %s::interval, %s, %s, %s, %s, %s, %s)
        """, [due, stopped, json.dumps({'at': 'here:8068', 'bus': None, 'workers': 0, 'channels': CHANNELS}),
              uids, web_sockets, pollings, latencies])

    def message(self, channel, columns='', values=''):
        self.env.cr.execute(
            'INSERT INTO web_socketio_message (channel%s) VALUES (%%s%s) RETURNING id' % (columns, values), [channel],
        )
        return self.env.cr.fetchone()[0]

    def dead(self, channel='work'):
        return self.message(channel, ', attempts, dead', ', 5, now()')

    def messages(self, *ids):
        return self.env['web_socketio.queue.message'].browse(ids)

    def test_pages_of_users_are_added_over_living_sidecars_and_a_deleted_user_is_left_out(self):
        self.status([self.user.id], [1], [0], [90])
        self.status([self.user.id], [5], [0], [900], due='-1 minute')
        self.status([self.user.id], [5], [0], [900], stopped=True)
        users = self.env['web_socketio.user'].search([])
        self.assertEqual(users.mapped('user_id'), self.user)
        self.assertEqual((users.pages, users.web_sockets, users.pollings, users.latency), (4, 3, 1, 90))

    def test_a_sidecar_is_running_silent_or_stopped(self):
        self.status([], [], [], [], due='-1 minute')
        self.status([], [], [], [], stopped=True)
        states = self.env['web_socketio.process'].search([('kind', '=', 'sidecar')]).mapped('state')
        self.assertEqual(sorted(states), ['running', 'silent', 'stopped'])

    def test_a_python_worker_shows_with_the_version_of_its_link_and_not_what_proves_it(self):
        self.env.cr.execute("""
            INSERT INTO web_socketio_worker (id, proof_sha256, answer, version, seen)
            VALUES (md5('one')::uuid, 'proof', 'answer', 1, now()),
                (md5('other')::uuid, 'proof', 'answer', 1, now() - interval '31 seconds')
        """)
        workers = self.env['web_socketio.process'].search([('kind', '=', 'worker')])
        self.assertEqual(sorted(workers.mapped('state')), ['running', 'silent'])
        self.assertEqual(set(workers.mapped('version')), {'link 1'})
        self.assertTrue(all(workers.mapped('since')))
        self.assertNotRegex(str(workers.read()), 'proof|answer')

    def test_channels_have_their_mode_their_rate_and_what_is_kept(self):
        for channel in ('news', 'work', 'work', 'web_socketio.control'):
            self.message(channel)
        self.dead()
        rows = self.env['web_socketio.channel'].search([])
        found = {row.name: (row.mode, row.per_minute, row.kept, row.dead) for row in rows}
        self.assertEqual(found, {
            'news': ('each', 7, 1, 0), 'work': ('queue', 2, 3, 1), 'lost': ('unread', 1, 0, 0),
        })

    def test_only_what_waits_for_one_of_many_is_listed_the_oldest_first(self):
        self.message('news')
        first, second, other = self.message('work'), self.dead(), self.message('unknown')
        rows = self.env['web_socketio.queue.message'].search([])
        self.assertEqual(rows.ids, [first, second, other])
        self.assertEqual(rows.mapped('state'), ['waiting', 'dead', 'waiting'])
        self.assertNotIn('values', rows._fields)

    def test_only_what_a_sidecar_calls_a_queue_is_listed_and_deleted_while_none_lives(self):
        waiting, dead = self.message('work'), self.dead('unknown')
        unsure = [self.message('lost'), self.message('unknown'), self.message('news')]
        self.env.cr.execute('UPDATE web_socketio_status SET stopped = true')
        self.assertEqual(self.env['web_socketio.queue.message'].search([]).ids, [waiting, dead])
        channels = self.env['web_socketio.channel'].search([])
        self.assertEqual({row.name: row.mode for row in channels}, {
            'news': 'each', 'work': 'queue', 'lost': False, 'unknown': False,
        })
        # As with a sidecar that is older than the screen: there is no row at all.
        self.env.cr.execute('DELETE FROM web_socketio_status')
        self.assertEqual(self.env['web_socketio.queue.message'].search([]).ids, [dead])
        with self.assertRaisesRegex(UserError, 'is gone'):
            self.messages(waiting, *unsure).action_delete()
        self.messages(waiting, dead, *unsure).action_delete()
        self.env.cr.execute('SELECT id FROM web_socketio_message ORDER BY id')
        self.assertEqual([id_ for (id_,) in self.env.cr.fetchall()], [waiting] + unsure)

    def test_only_an_operator_learns_what_exists_without_an_error_for_what_is_gone(self):
        one = self.dead()
        self.assertEqual(self.messages(999999999, one).exists().ids, [one])
        self.assertEqual(self.env['web_socketio.user'].browse([self.user.id, 999999]).exists().ids, [self.user.id])
        self.assertFalse(self.env['web_socketio.channel'].browse(1).exists())
        self.assertEqual(self.messages(999999999).read(['state']), [])
        with self.assertRaises(AccessError):
            self.messages(one).with_user(self.user).exists()

    def test_what_is_put_back_is_not_dead_any_more_and_has_no_failed_attempt(self):
        one, waiting = self.dead(), self.message('work')
        self.messages(one, waiting).action_try_again()
        self.env.cr.execute('SELECT dead, attempts, lease FROM web_socketio_message WHERE id = %s', [one])
        self.assertEqual(self.env.cr.fetchone(), (None, 0, None))
        with self.assertRaisesRegex(UserError, 'Message %s waits already' % one):
            self.messages(one).action_try_again()

    def test_nothing_that_is_handled_or_of_another_kind_is_deleted(self):
        self.env.cr.execute("INSERT INTO web_socketio_sidecar (id) VALUES (md5('one')::uuid)")
        kept = [
            self.message('news'), self.message('web_socketio.control'),
            self.message('work', ', lease', ", md5('one')::uuid"),
        ]
        left_behind = self.message('work', ', lease', ", md5('gone')::uuid")
        self.messages(left_behind, self.dead(), *kept).action_delete()
        self.env.cr.execute('SELECT id FROM web_socketio_message ORDER BY id')
        self.assertEqual([id_ for (id_,) in self.env.cr.fetchall()], sorted(kept))
        with self.assertRaisesRegex(UserError, 'is being handled'):
            self.messages(kept[2]).action_delete()
        with self.assertRaisesRegex(UserError, 'is gone'):
            self.messages(kept[0]).action_delete()

    def test_disconnect_takes_the_tokens_and_tells_the_sidecars_of_each_session(self):
        self.env.cr.execute("""
            INSERT INTO web_socketio_session (token_sha256, uid, session_hash, expires)
            SELECT decode(repeat(md5(place::text), 2), 'hex'), %s, decode(repeat(md5((place / 2)::text), 2), 'hex'),
                now() + interval '1 hour'
            FROM generate_series(0, 3) AS place
        """, [self.user.id])
        user = self.env['web_socketio.user'].browse(self.user.id)
        self.assertEqual(user.action_disconnect()['tag'], 'display_notification')
        self.env.cr.execute('SELECT count(*) FROM web_socketio_session WHERE uid = %s', [self.user.id])
        self.assertEqual(self.env.cr.fetchone(), (0,))
        self.env.cr.execute("""
            SELECT "values" ->> 'type', length("values" ->> 'session_hash') FROM web_socketio_message
            WHERE channel = 'web_socketio.control'
        """)
        self.assertEqual(self.env.cr.fetchall(), [('look', 64), ('look', 64)])
        with self.assertRaisesRegex(UserError, 'Anna: no page is connected any more'):
            user.action_disconnect()

    def test_nobody_but_an_operator_reads_or_does_anything(self):
        self.dead()
        for model in ('process', 'user', 'channel', 'queue.message'):
            with self.assertRaises(AccessError):
                self.env['web_socketio.%s' % model].with_user(self.user).search([])
        for model, method in (
            ('queue.message', 'action_try_again'), ('queue.message', 'action_delete'), ('user', 'action_disconnect'),
        ):
            with self.assertRaises(AccessError):
                getattr(self.env['web_socketio.%s' % model].with_user(self.user).browse(1), method)()
        with self.assertRaises(AccessError):
            self.env['web_socketio.test.message'].with_user(self.user).send_to_me('tag')

    def test_a_test_message_is_for_its_sender(self):
        self.env['web_socketio.test.message'].send_to_me('tag')
        self.env.cr.execute("""SELECT "values"::text FROM web_socketio_message WHERE channel = 'web_socketio.test'""")
        self.assertEqual(json.loads(self.env.cr.fetchone()[0]), {'to_id': self.env.uid, 'tag': 'tag'})
        for tag in ('', 'x' * 65, 7):
            with self.assertRaises(UserError):
                self.env['web_socketio.test.message'].send_to_me(tag)

    def test_no_statement_has_a_percent_sign_that_psycopg2_would_take_for_a_parameter(self):
        for text in (operator.PROCESSES, operator.USERS, operator.CHANNELS, operator.MESSAGES):
            self.assertNotIn('%', text)
