import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { writeFiles } from '../support/documents/example-addon.ts';
import { readPorted } from '../support/documents/reference.ts';
import { loadAddons } from '../support/sidecar/load-addons.ts';

const NAMESPACES = `
from openerp.addons.web_longpolling.namespace import LongPollingNameSpace
from openerp.addons.web_socketio.namespace import OpenERPNameSpace
from openerp.addons.web_socketio.session import AbstractAdapter
from openerp.addons.web_socketio.web_socketio import SocketIO


class CallAdapter(AbstractAdapter):
    channel = 'phone.call'
    sleeptime = 0.1

    def get(self, messages, uid):
        return [message for message in super(CallAdapter, self).get(messages) if message['values']['uid'] == uid]


@LongPollingNameSpace.on('incoming call', adapterClass=CallAdapter, eventtype='connect')
def ring(session):
    raise RuntimeError('It runs.')


@LongPollingNameSpace.on('hang up')
def hang_up(session, call):
    raise RuntimeError('It runs.')


class PhoneNameSpace(OpenERPNameSpace):
    def recv_connect(self):
        raise RuntimeError('It runs.')

    def on_dial(self, number):
        raise RuntimeError('It runs.')

    def dialled(self):
        raise RuntimeError('It runs.')


SocketIO.add_namespace('/phone', PhoneNameSpace)
assert hang_up.__name__ == 'hang_up' and SocketIO.namespaces['/phone'] is PhoneNameSpace
`;
const OLD_TEST = `
from logging import getLogger
from openerp.addons.web_socketio.notify import get_channel
from openerp.addons.web_socketio.namespace import OpenERPNameSpace
from openerp.addons.web_socketio.session import AbstractAdapter, OpenERPObject, OpenERPRegistry, OpenERPSession
from openerp.addons.web_socketio.web_socketio import SocketIO

for call in (
    lambda: OpenERPRegistry.add('mydb', 2).listen(), lambda: OpenERPRegistry.get('mydb').listen(),
    lambda: OpenERPObject('mydb', 1, 'res.users'), lambda: OpenERPSession('mydb', 1).model('res.users'),
    lambda: OpenERPNameSpace().emit('a'), lambda: SocketIO([]), lambda: AbstractAdapter().listen(1),
    lambda: AbstractAdapter().validate(True),
):
    try:
        call()
        getLogger().error('It ran.')
    except Exception as error:
        getLogger().info('%s %s', error.code, str(error).split(' works only in a handler')[0])
assert AbstractAdapter().format({'values': {'a': 1}}) == {'a': 1}
assert get_channel() == get_channel() == 'web_socketio'
`;

describe.each(inject('pythons'))('In Python $version, an addon of 2013', ({ command }) => {
  async function load(root: string, addons: Readonly<Record<string, string>>) {
    const folder = await mkdtemp(join(tmpdir(), 'web_socketio-python-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    for (const [addon, text] of Object.entries(addons)) {
      await writeFiles(join(folder, addon), {
        '__init__.py': 'from . import controller\n',
        'controller.py': text.replaceAll('openerp.addons', `${root}.addons`),
      });
    }
    return loadAddons(command, root, folder, Object.keys(addons));
  }

  it.each(['openerp', 'odoo'])(
    'loads as %s.addons does it, without gevent, and what it declares is collected and does not run',
    async (root) => {
      const other = NAMESPACES.replaceAll('/phone', '/other').replaceAll('phone.call', 'other');
      const loaded = await load(root, { phone: NAMESPACES, other, base: '' });
      const declared = (channel: string, path: string) => [
        `adapter CallAdapter of the channel '${channel}'`,
        "handler ring of 'incoming call' (connect)",
        "handler hang_up of 'hang up' (on)",
        `namespace '${path}' with on_dial, recv_connect`,
      ];
      expect(loaded).toEqual({
        running: ['other', 'phone'],
        declared: {
          phone: declared('phone.call', '/phone'),
          other: declared('other', '/other'),
          base: [],
        },
        logged: [],
      });
    },
  );

  it('of docs/porting.md loads', async () => {
    const examples = readPorted();
    expect(examples.map(({ python }) => python).filter((text) => text !== '')).toHaveLength(3);
    const addons = Object.fromEntries(examples.map(({ python }, index) => [`my_addon_${index}`, python]));
    const { declared } = await load('openerp', addons);
    expect(Object.keys(addons).flatMap((addon) => declared[addon] ?? [])).toEqual([
      ...[
        "adapter ReminderAdapter of the channel 'reminder'",
        "handler send_reminders of 'reminder' (connect)",
      ],
      ...["adapter PartnerAdapter of the channel 'partner'", "handler tell_everybody of 'partner' (connect)"],
      ...["adapter ChatAdapter of the channel 'chat'", "namespace '/chat' with on_open, on_say"],
    ]);
  });

  it('that calls what needs a worker is told so', async () => {
    const { logged } = await load('openerp', { tested: OLD_TEST });
    const missing = (what: string) => `INFO worker_missing worker_missing: ${what}`;
    expect(logged.map((line) => line.replace(/(registry_listen) .*/, '$1'))).toEqual([
      'INFO registry_listen',
      'INFO registry_listen',
      ...[
        ...['OpenERPObject', 'OpenERPSession', 'emit of a namespace', 'SocketIO'],
        ...['AbstractAdapter.listen', 'AbstractAdapter.validate'],
      ].map(missing),
    ]);
  });

  it('whose namespace another one has declared is told so, and the first one keeps it', async () => {
    const { logged } = await load('openerp', {
      phone: NAMESPACES,
      wrong: NAMESPACES.slice(0, NAMESPACES.indexOf('assert')),
    });
    expect(logged).toEqual([
      "ERROR namespace_taken: the addon 'wrong' declares the namespace '/phone', which 'phone' has declared. Give it another path.",
    ]);
  });

  it.each([
    ["@LongPollingNameSpace.on('a', eventtype='connected')", "'connected' is not an eventtype of 'a'"],
    ["@LongPollingNameSpace.on('a', adapterClass=int)", "The adapterClass of 'a' is <"],
  ])('that declares a handler with %s fails to load', async (decorator, problem) => {
    const text = `${NAMESPACES}\n\n${decorator}\ndef wrong(session):\n    pass\n`;
    await expect(load('openerp', { wrong: text })).rejects.toThrow(problem);
  });
});
