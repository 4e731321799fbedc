"""Seals and unseals as the addon does, and reads what clients send; prints what is wrong, a line each.

    python token_forms.py ADDON
"""
import sys
import types

package = types.ModuleType('web_socketio')
package.__path__ = [sys.argv[1]]
sys.modules['web_socketio'] = package

from web_socketio.common import companies, origin, seal, token  # noqa: E402
from web_socketio.common.secret import Secret  # noqa: E402

TOKEN = token.PREFIX + 'a' * 43
SIDECAR = '123e4567-e89b-12d3-a456-426614174000'


def expect(value, wanted):
    if value != wanted:
        print('%r is not %r' % (value, wanted))


one, other = Secret(TOKEN), Secret(token.PREFIX + 'b' * 43)
key = Secret(u'{"sid": "\u00e9", "session_id": "%s"}' % ('x' * 100))
sealed = seal.seal(one, key)
expect(seal.unseal(one, sealed).reveal(), key.reveal())
expect(seal.unseal(one, sealed.tobytes()).reveal(), key.reveal())
expect(sealed.tobytes() == seal.seal(one, key).tobytes(), False)
opened = seal.unseal(other, sealed)
expect(opened is not None and opened.reveal() == key.reveal(), False)
expect([repr(one), str(one), '%s' % one, '%r' % [one]], ['***', '***', '***', '[***]'])
expect(token.read_handle(token.handle_of(one)).tobytes(), token.session_hash(one).tobytes())
for text in (None, 7, '', 'x', 'A' * 64, 'a' * 63, 'a' * 64 + '\n', ['a' * 64]):
    expect(token.read_handle(text), None)
expect(token.is_token(TOKEN) and token.is_credential(TOKEN) and token.is_credential(TOKEN + '.' + SIDECAR), True)
for text in (None, 7, '', TOKEN + '\n', TOKEN + '.', TOKEN + '.x', TOKEN + '.' + SIDECAR.upper(), 'x' + TOKEN):
    expect(token.is_credential(text), False)
expect(token.is_token(TOKEN + '.' + SIDECAR), False)

expect(companies.choose(None, '2-1-9', [1, 2]), [2, 1])
expect(companies.choose(None, '2,1', [1, 2]), [2, 1])
for cookie in (None, '', '1-', 'x', '1;2', '1' * 30):
    expect(companies.choose(None, cookie, [1]), [])
expect(companies.choose([3, 1, 9, 'x', 3, None], '2', [1, 2, 3]), [3, 1])
expect(companies.cut({'lang': 'x', companies.KEY: [9]}, [1]), {'lang': 'x'})
expect(companies.cut({'lang': 'x', companies.KEY: [1, 9]}, [1]), {'lang': 'x', companies.KEY: [1]})
expect(companies.cut({'lang': 'x'}, [1]), {'lang': 'x'})

for scheme, host in (('https', 'erp.example.com'), ('http', 'erp:8069'), ('http', '[::1]:8069'), ('https', 'a_b-c.d')):
    expect(origin.read(scheme, host), '%s://%s' % (scheme, host))
for scheme, host in (('ftp', 'a'), ('http', ''), ('http', 'a b'), ('http', 'a\r\nX: y'), ('http', 'a/b'), ('http', 'u@a'), ('http', 'a:')):
    expect(origin.read(scheme, host), None)
