# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the Python worker relies on in the registry of a database, as tests: of a real Odoo's, and of the stand-in.

    python registry_contract.py RUNTIME.py UID -c odoo.conf -d mydb

RUNTIME.py has a class Runtime. The database has web_socketio, and UID is the id of its administrator.
"""
import gevent.monkey

gevent.monkey.patch_all()

import importlib  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
import unittest  # noqa: E402

import gevent  # noqa: E402
import psycopg2  # noqa: E402
from gevent.socket import wait_read, wait_write  # noqa: E402
from psycopg2 import extensions  # noqa: E402

# More than OpenERP and Odoo open unless they are told to.
CURSORS = 66


def wait(connection):
    """Wait for PostgreSQL and let other greenlets run meanwhile."""
    while True:
        state = connection.poll()
        if state == extensions.POLL_OK:
            return
        if state == extensions.POLL_READ:
            wait_read(connection.fileno())
        elif state == extensions.POLL_WRITE:
            wait_write(connection.fileno())
        else:
            raise psycopg2.OperationalError('poll() gave %r' % state)


class RegistryTest(unittest.TestCase):
    """:cvar runtime: of the command line, configured
    :cvar registry: of its database, loaded
    :cvar uid: of the administrator
    """
    runtime = registry = uid = None

    def read(self, *names):
        return self.registry.call(self.uid, {}, 'res.users', 'read', [[self.uid], list(names)], {})[0]

    def write(self, **values):
        return self.registry.call(self.uid, {}, 'res.users', 'write', [[self.uid], values], {})


class RegistryContract(RegistryTest):

    def test_runtime_says_where_it_is(self):
        self.assertTrue(self.runtime.title)
        self.assertEqual(self.runtime.databases, [self.registry.db])
        self.assertTrue(os.path.isfile(self.runtime.config_file))
        self.assertTrue(all(os.path.isdir(path) for path in self.runtime.addons_path))

    def test_installed_addons_are_named(self):
        installed = self.registry.installed()
        self.assertIn('web_socketio', installed)
        self.assertNotIn('no_such_addon', installed)

    def test_following_without_a_change_is_no_news(self):
        self.registry.follow()
        self.assertFalse(self.registry.follow())

    def test_a_call_returns_python_objects_of_its_user(self):
        row = self.read('login', 'name')
        self.assertEqual(row['id'], self.uid)
        self.assertTrue(row['login'])

    def test_a_call_is_committed_at_its_end(self):
        before = self.read('signature')['signature']
        self.write(signature='<p>contract</p>')
        with self.registry.connect() as cr:
            cr.execute('SELECT signature FROM res_users WHERE id = %s', [self.uid])
            self.assertIn('contract', cr.fetchone()[0])
        self.write(signature=before or '')

    def test_keywords_are_handed_on(self):
        domain = [['id', '=', self.uid]]
        self.assertEqual(self.registry.call(self.uid, {}, 'res.users', 'search', [domain], {'limit': 1}), [self.uid])

    def test_an_unknown_model_or_method_is_an_error(self):
        with self.assertRaises(Exception) as raised:
            self.registry.call(self.uid, {}, 'no.such.model', 'read', [[1]], {})
        self.assertIn('no.such.model', str(raised.exception))
        with self.assertRaises(AttributeError) as raised:
            self.registry.call(self.uid, {}, 'res.users', 'no_such_method', [], {})
        self.assertIn('no_such_method', str(raised.exception))

    def test_a_refusal_has_a_code_and_other_errors_have_none(self):
        with self.assertRaises(Exception) as raised:
            self.registry.call(self.uid, {}, 'no.such.model', 'read', [[1]], {})
        refusal = self.registry.refusal(raised.exception)
        self.assertEqual((refusal['code'], refusal['name']), ('user_error', 'UserError'))
        self.assertIn('no.such.model', refusal['message'])
        self.assertIsNone(self.registry.refusal(ValueError('other')))

    def test_a_cursor_of_its_own_commits_or_rolls_back(self):
        with self.registry.connect() as cr:
            cr.execute('CREATE TABLE registry_contract (one integer)')
        try:
            with self.assertRaises(ValueError):
                with self.registry.connect() as cr:
                    cr.execute('INSERT INTO registry_contract VALUES (1)')
                    raise ValueError('no')
            with self.registry.connect() as cr:
                cr.execute('INSERT INTO registry_contract VALUES (2)')
            with self.registry.connect() as cr:
                cr.execute('SELECT one FROM registry_contract')
                self.assertEqual([tuple(row) for row in cr.fetchall()], [(2,)])
        finally:
            with self.registry.connect() as cr:
                cr.execute('DROP TABLE registry_contract')

    def test_as_many_cursors_as_were_allowed_are_open_at_once(self):
        def sleep():
            with self.registry.connect() as cr:
                cr.execute('SELECT pg_sleep(0.5)')

        gevent.joinall([gevent.spawn(sleep) for _ in range(CURSORS)], raise_error=True)

    def test_other_greenlets_run_while_postgresql_works(self):
        turns = []

        def count():
            while True:
                turns.append(1)
                gevent.sleep(0.01)

        counting = gevent.spawn(count)
        try:
            with self.registry.connect() as cr:
                cr.execute('SELECT pg_sleep(0.5)')
        finally:
            counting.kill()
        self.assertGreater(len(turns), 10)

    def test_a_greenlet_that_is_killed_ends_as_killed_and_leaves_the_pool_whole(self):
        for _round in range(100):
            ends, begun = [], gevent.event.Event()

            def sleep(ends=ends, begun=begun):
                try:
                    with self.registry.connect() as cr:
                        begun.set()
                        cr.execute('SELECT pg_sleep(60)')
                except BaseException as error:
                    ends.append(type(error))
                    raise

            greenlet = gevent.spawn(sleep)
            begun.wait()
            gevent.sleep(0)
            greenlet.kill()
            self.assertEqual(ends, [gevent.GreenletExit])
        # More rounds than a pool has connections.
        self.assertEqual(self.read('login')['id'], self.uid)


def main(case, path, uid, arguments):
    """Run a RegistryTest with what a runtime gives; the exit status says whether it passes."""
    extensions.set_wait_callback(wait)
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    runtime = importlib.import_module(os.path.splitext(os.path.basename(path))[0]).Runtime()
    # It belongs to no addon, and Odoo's folders have modules with names of Python's own.
    del sys.path[0]
    runtime.configure(arguments)
    runtime.allow_cursors(CURSORS)
    registry = runtime.registry(runtime.databases[0])
    registry.load()
    case.runtime, case.registry, case.uid = runtime, registry, uid
    tests = unittest.defaultTestLoader.loadTestsFromTestCase(case)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(tests)
    registry.close()
    sys.exit(0 if result.wasSuccessful() else 1)


if __name__ == '__main__':
    main(RegistryContract, sys.argv[1], int(sys.argv[2]), sys.argv[3:])
