# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import os
import tempfile
from unittest.mock import patch

from psycopg2 import OperationalError

from odoo.tests.common import TransactionCase

from ..common import registry_build
from ..common.registry_error import RegistryError


class TestRegistryBuild(TransactionCase):

    def setUp(self):
        super().setUp()
        self.now = 1000.0
        self.calls = 0
        patcher = patch.object(registry_build.time, 'time', lambda: self.now)
        patcher.start()
        self.addCleanup(patcher.stop)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = os.path.join(folder.name, 'broken', 'models.py')
        self.build = registry_build.RegistryBuild('mydb', [folder.name])

    def fail(self, source='import json\nimport no_such_module\n'):
        self.calls += 1
        exec(compile(source, self.file, 'exec'), {})

    def test_an_import_that_fails_is_named_with_file_and_line(self):
        with self.assertRaises(RegistryError) as raised:
            self.build.run(self.fail)
        self.assertEqual(
            raised.exception.message, "The registry of 'mydb' cannot be built. %s, line 2: ModuleNotFoundError: No module named "
            "'no_such_module'" % self.file,
        )

    def test_so_is_an_error_that_ends_in_the_code_of_others(self):
        with self.assertRaisesRegex(RegistryError, r'models\.py, line 3: .*JSONDecodeError'):
            self.build.run(lambda: self.fail('import json\n\njson.loads("{")\n'))

    def test_and_a_syntax_error(self):
        with self.assertRaisesRegex(RegistryError, r'models\.py, line 2: .*SyntaxError'):
            self.build.run(lambda: self.fail('import json\nprint "2013"\n'))

    def test_it_pauses_after_a_failure_longer_each_time(self):
        for pause in (2, 4, 8, 16, 32, 60, 60):
            before = self.calls
            for _again in range(2):
                with self.assertRaisesRegex(RegistryError, 'no_such_module'):
                    self.build.run(self.fail)
                self.now += pause / 2
            self.assertEqual(self.calls, before + 1)
        self.assertEqual(self.build.run(lambda: 'registry'), 'registry')
        with self.assertRaises(RegistryError):
            self.build.run(self.fail)
        self.now += 2
        self.assertEqual(self.build.run(lambda: 'registry'), 'registry')

    def test_without_postgresql_it_is_tried_each_time(self):
        def connect():
            self.calls += 1
            raise OperationalError('server closed the connection')

        for _attempt in range(3):
            with self.assertRaises(OperationalError):
                self.build.run(connect)
        self.assertEqual(self.calls, 3)
