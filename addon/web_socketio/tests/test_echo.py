# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json

from odoo.tests.common import TransactionCase

from ..common import echo


class OldRequest(object):
    """As of werkzeug 0.8, which OpenERP 7.0 has."""
    environ = {'HTTP_HOST': '127.0.0.1:8069', 'HTTP_COOKIE': 'a=b'}
    host_url = 'http://127.0.0.1:8069/'
    remote_addr = '127.0.0.1'
    content_length = 3
    data = b'abc'


class NewRequest(OldRequest):
    """As Odoo 19 hands it on, behind a proxy that it believes."""
    environ = {
        'HTTP_HOST': 'erp.example.com',
        'HTTP_X_FORWARDED_HOST': 'erp.example.com',
        'HTTP_X_FORWARDED_PROTO': 'https',
        'werkzeug.proxy_fix.orig': {'HTTP_HOST': '127.0.0.1:8069'},
    }
    host_url = 'https://erp.example.com/'
    data = property()

    def get_data(self, cache=True):
        return b'' if cache else b'abcd'


class TestEcho(TransactionCase):

    def test_old_werkzeug(self):
        told = json.loads(echo.describe(OldRequest()))
        self.assertEqual((told['bytes'], told['cookie'], told['forwardedHost']), (3, True, None))
        self.assertEqual((told['host'], told['address']), ('127.0.0.1:8069', 'http://127.0.0.1:8069'))
        self.assertIsNone(told['sockets'])

    def test_large_body(self):
        request = OldRequest()
        request.content_length = echo.MOST_BYTES + 1
        self.assertEqual(json.loads(echo.describe(request))['bytes'], 0)

    def test_proxy_mode(self):
        told = json.loads(echo.describe(NewRequest(), 'http://127.0.0.1:8068'))
        self.assertEqual((told['bytes'], told['cookie'], told['forwardedProto']), (4, False, 'https'))
        # What came, and what Odoo takes for its own address.
        self.assertEqual((told['host'], told['address']), ('127.0.0.1:8069', 'https://erp.example.com'))
        self.assertEqual(told['sockets'], 'http://127.0.0.1:8068')
