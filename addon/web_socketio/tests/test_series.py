# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import sys

from odoo.tests.common import TransactionCase

from .. import series


class TestSeries(TransactionCase):

    def test_only_the_folders_of_the_running_series_are_imported(self):
        package = series.__name__.rpartition('.')[0]
        others = {folder for row in series.TABLE.values() for folder in row['python']} - set(series.FOLDERS)
        self.assertTrue(others)
        prefixes = tuple('%s.%s.' % (package, folder) for folder in others)
        self.assertEqual([name for name in sys.modules if name.startswith(prefixes)], [])

    def test_what_is_registered_is_imported(self):
        paths = series.registered()
        self.assertGreater(len(paths), 8)
        for path in paths:
            self.assertIs(series.module(path.split('.')[-1]), sys.modules['%s.%s' % (series.__name__.rpartition('.')[0], path)])

    def test_missing_module_is_named(self):
        with self.assertRaisesRegex(ImportError, 'has a module no_such_module'):
            series.module('no_such_module')
