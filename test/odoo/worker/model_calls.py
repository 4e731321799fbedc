# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Model calls of a Python worker on a real Odoo with the addon web_socketio_test: see `worker-registry.test.ts`."""
import json
import os
import sys
from urllib.request import Request, urlopen

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'worker'))

import registry_contract as contract  # noqa: E402  It makes everything cooperative, before Odoo is imported.

import gevent  # noqa: E402

RULE = "['|', ('name', 'not like', 'of '), ('name', '=', 'of ' + user.login)]"
TEST = 'web_socketio_test.call'


class ModelCalls(contract.RegistryTest):

    def call(self, model, method, *args, **kwargs):
        return self.registry.call(kwargs.pop('uid', self.uid), kwargs.pop('session', {}), model, method, list(args), kwargs)

    def create_user(self, login):
        return self.call('res.users', 'create', {'name': login, 'login': login})

    def test_record_rules_are_those_of_the_user(self):
        anna = self.create_user('anna')
        self.call('res.partner', 'create', [{'name': 'of anna'}, {'name': 'of admin'}])
        model = self.call('ir.model', 'search', [['model', '=', 'res.partner']])[0]
        rule = self.call('ir.rule', 'create', {'name': 'of whom it is', 'model_id': model, 'domain_force': RULE})
        found = [
            [row['name'] for row in self.call('res.partner', 'search_read', [['name', 'like', 'of ']], ['name'], uid=uid)]
            for uid in (anna, self.uid)
        ]
        self.call('ir.rule', 'unlink', [rule])
        self.assertEqual(found, [['of anna'], ['of admin']])

    def test_what_a_user_may_not_do_is_refused_with_a_code(self):
        berta = self.create_user('berta')
        with self.assertRaises(Exception) as raised:
            self.call('res.users', 'write', [self.uid], {'name': 'Other'}, uid=berta)
        self.assertEqual(self.registry.refusal(raised.exception)['code'], 'access_error')

    def test_the_context_is_the_sessions_with_what_the_user_has_set_now(self):
        context = self.call(TEST, 'answer_context', session={'lang': 'xx_XX', 'page': 1, 'allowed_company_ids': [1, 77]})
        self.assertEqual((context['page'], context['lang'], context['allowed_company_ids']), (1, 'en_US', [1]))
        self.assertEqual(self.call(TEST, 'answer_context', context={'page': 2}, session={'page': 1})['page'], 2)

    def test_results_are_python_objects(self):
        self.assertEqual(self.call(TEST, 'answer_python', 'set'), {1})
        self.assertEqual(self.call(TEST, 'answer_python', 'date').year, 2026)
        self.assertIsNone(self.call(TEST, 'answer_nothing'))

    def test_records_are_their_ids(self):
        self.assertEqual(self.call('res.users', 'exists', [self.uid]), [self.uid])
        self.assertIsInstance(self.call('res.partner', 'create', {'name': 'One'}), int)
        self.assertEqual(len(self.call('res.partner', 'create', [{'name': 'One'}, {'name': 'Two'}])), 2)

    def test_browse_is_refused_with_what_to_use_instead(self):
        with self.assertRaisesRegex(TypeError, 'res.users.*use read'):
            self.call('res.users', 'browse', [self.uid])

    def test_private_methods_may_be_called(self):
        self.assertIsNone(self.call(TEST, '_flush', []))

    def test_a_method_of_records_needs_their_ids(self):
        with self.assertRaisesRegex(TypeError, 'res.users.*give their ids first'):
            self.call('res.users', 'read')

    def test_what_raises_is_rolled_back(self):
        with self.assertRaises(Exception):
            self.call(TEST, 'rename_and_fail', 'Rolled back')
        self.assertNotEqual(self.read('name')['name'], 'Rolled back')

    def test_a_call_is_repeated_after_a_conflict(self):
        self.call(TEST, 'rename_after_conflict', 'Renamed')
        self.assertEqual(self.read('name')['name'], 'Renamed')

    def test_conflicting_calls_at_the_same_time_all_happen(self):
        ids = [self.call('res.partner', 'create', {'name': 'Counter', 'color': 0})]
        greenlets = [gevent.spawn(self.call, TEST, 'count', ids) for _ in range(3)]
        gevent.joinall(greenlets, raise_error=True)
        self.assertEqual(self.call('res.partner', 'read', ids, ['color'])[0]['color'], 3)

    def test_a_violated_rule_of_a_table_is_a_refusal(self):
        with self.assertRaises(Exception) as raised:
            self.call(TEST, 'login_twice')
        refusal = self.registry.refusal(raised.exception)
        self.assertEqual(refusal['code'], 'validation_error')
        self.assertIn('same login', refusal['message'])

    def test_a_call_builds_no_registry_and_may_be_repeated_when_there_is_one_again(self):
        from odoo.modules.registry import Registry

        # As after an addon was installed that cannot be imported.
        Registry.delete(self.registry.db)
        with self.assertRaises(Exception) as raised:
            self.read('login')
        self.assertEqual((raised.exception.code, raised.exception.retry), ('worker_registry', True))
        self.assertTrue(self.registry.follow())
        self.assertTrue(self.read('login')['login'])

    def test_nothing_is_remembered_of_a_call_that_is_killed(self):
        greenlet = gevent.spawn(self.call, TEST, 'cache_and_sleep', 'web_socketio_test.killed', 'not committed')
        sleeping = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'not committed' AND query LIKE %s"
        while not greenlet.ready():
            with self.registry.connect() as cr:
                cr.execute(sleeping, ['SELECT pg_sleep(60)%'])
                if cr.fetchone():
                    break
            gevent.sleep(0.01)
        greenlet.kill()
        self.assertFalse(self.call('ir.config_parameter', 'get_param', 'web_socketio_test.killed'))

    def test_a_method_that_calls_models_through_the_worker_keeps_what_it_has_yet_to_write(self):
        from odoo import api
        from odoo.modules.registry import Registry

        def rename(records, name):
            records.env.user.partner_id.sudo().comment = name
            return self.read('login')['login']

        cls = Registry(self.registry.db)[TEST]
        cls.rename = api.model(rename)
        self.addCleanup(delattr, cls, 'rename')
        self.assertTrue(self.call(TEST, 'rename', 'Outer'))
        self.assertIn('Outer', self.call('res.partner', 'read', [self.read('partner_id')['partner_id'][0]], ['comment'])[0]['comment'])

    def test_an_addon_that_is_installed_meanwhile_is_live_after_following(self):
        addon = 'web_longpolling'
        self.assertFalse(self.registry.follow())
        self.assertNotIn(addon, self.registry.installed())
        # Another process: its registry is not this one's.
        self.install(addon)
        self.assertTrue(self.registry.follow())
        self.assertFalse(self.registry.follow())
        self.assertIn(addon, self.registry.installed())

    def install(self, addon):
        """Have Odoo's server install an addon: it is another process, which signals that."""
        def execute(method, *args):
            params = [self.registry.db, self.uid, 'admin', 'ir.module.module', method] + list(args)
            body = {'jsonrpc': '2.0', 'params': {'service': 'object', 'method': 'execute', 'args': params}}
            headers = {'Content-Type': 'application/json'}
            request = Request(os.environ['ODOO_URL'] + '/jsonrpc', json.dumps(body).encode(), headers)
            with urlopen(request) as answer:
                return json.load(answer)['result']

        execute('button_immediate_install', execute('search', [['name', '=', addon]]))


if __name__ == '__main__':
    contract.main(ModelCalls, sys.argv[1], int(sys.argv[2]), sys.argv[3:])
