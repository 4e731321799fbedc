# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json

from odoo.tests.common import BaseCase

from ..odoo16 import ask


def body(*asks):
    return json.dumps({'asks': asks}).encode()


class TestAsk(BaseCase):

    def test_what_a_browser_sent_is_read_and_its_secrets_are_not_shown(self):
        headers = {'user-agent': 'Firefox', 'x-forwarded-for': '192.0.2.7', 'host': 'elsewhere'}
        [one] = ask.read(body({'kind': 'event', 'cookie': 'session_id=hidden', 'headers': headers, 'credential': 'hidden'}))
        self.assertEqual(one.kind, ask.EVENT)
        self.assertEqual(one.environ, {'HTTP_USER_AGENT': 'Firefox', 'HTTP_X_FORWARDED_FOR': '192.0.2.7'})
        self.assertEqual(one.cookie.reveal(), 'session_id=hidden')
        self.assertTrue(one.has_credential)
        self.assertNotIn('hidden', repr(vars(one)))

    def test_what_is_no_list_of_asks_is_refused_without_a_word_of_it(self):
        for wrong in (b'', b'\xff', b'7', b'[]', b'{}', b'{"asks": {"hidden": 1}}', b'{"asks": ["hidden"]}',
                      body({'cookie': ['hidden']}), body({'headers': 'hidden'}), body(*[{}] * 101),
                      b'{"asks": ' + b'[' * 100000):
            with self.assertRaisesRegex(ValueError, r"^'asks' is not a list of at most 100 asks\.$") as caught:
                ask.read(wrong)
            self.assertIsNone(caught.exception.__context__)
