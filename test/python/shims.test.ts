import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { writeFiles } from '../support/documents/example-addon.ts';
import { readText } from '../support/documents/markdown.ts';
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
    lambda: OpenERPRegistry.add('mydb', 2), lambda: OpenERPRegistry.get('mydb'),
    lambda: OpenERPObject('mydb', 1, 'res.users'), lambda: OpenERPSession(None), lambda: OpenERPNameSpace({}, '/phone'),
    lambda: SocketIO([]), lambda: AbstractAdapter().listen(1), lambda: AbstractAdapter().validate(True),
):
    try:
        call()
        getLogger().error('It ran.')
    except NotImplementedError as error:
        getLogger().info(str(error))
assert AbstractAdapter().format({'values': {'a': 1}}) == {'a': 1}
assert get_channel() == get_channel() == 'web_socketio'
`;

describe.each(inject('pythons'))('In Python $version, an addon of 2013', ({ command }) => {
  async function load(
    root: string,
    addons: Readonly<Record<string, string>>,
    ported: Readonly<Record<string, string>> = {},
  ): Promise<string[]> {
    const folder = await mkdtemp(join(tmpdir(), 'web_socketio-python-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    for (const [addon, text] of Object.entries(addons)) {
      await writeFiles(join(folder, addon), {
        '__init__.py': 'from . import controller\n',
        'controller.py': text.replaceAll('openerp.addons', `${root}.addons`),
        ...(ported[addon] !== undefined && { [ported[addon]]: '' }),
      });
    }
    return loadAddons(command, root, folder, Object.keys(addons));
  }

  it.each(['openerp', 'odoo'])(
    'loads as %s.addons does it, and is warned once of all that has to be ported',
    async (root) => {
      const other = NAMESPACES.replaceAll('/phone', '/other').replaceAll('phone.call', 'other');
      const logged = await load(root, { phone: NAMESPACES, not_installed: NAMESPACES, other });
      const warning = (addon: string, channel: string, path: string) =>
        `WARNING The addon '${addon}' declares in Python what runs in the sidecar now, so nothing of it runs: adapter CallAdapter of the channel '${channel}', handler ring of 'incoming call' (connect), handler hang_up of 'hang up' (on), namespace '${path}' with on_dial, recv_connect. Port it to ${addon}/socketio/index.ts: see docs/porting.md of web_socketio.`;
      expect(logged).toEqual([warning('other', 'other', '/other'), warning('phone', 'phone.call', '/phone')]);
    },
  );

  it.each(['socketio/index.ts', 'socketio/index.js', 'socketio/dist/index.cjs'])(
    'that has %s beside its Python is told to take that out, and not to port it',
    async (path) => {
      const logged = await load('openerp', { phone: NAMESPACES, other: NAMESPACES }, { phone: path });
      expect(logged.map((line) => line.replace(/.* with on_dial, recv_connect\. /, ''))).toEqual([
        'Port it to other/socketio/index.ts: see docs/porting.md of web_socketio.',
        `phone/${path} is there: when all of it is ported, take this Python out: see docs/porting.md of web_socketio.`,
      ]);
    },
  );

  it('of docs/porting.md loads, and is warned of what docs/porting.md shows in TypeScript', async () => {
    const examples = readPorted();
    expect(examples.map(({ python }) => python).filter((text) => text !== '')).toHaveLength(3);
    const addons = Object.fromEntries(examples.map(({ python }, index) => [`my_addon_${index}`, python]));
    const [reminder = '', ...others] = await load('openerp', addons);
    expect(readText('docs/porting.md')).toContain(
      reminder.replaceAll('my_addon_0', 'my_addon').slice('WARNING '.length),
    );
    expect(others).toEqual([
      expect.stringContaining(
        "handler tell_everybody of 'partner' (connect). Port it to my_addon_1/socketio/index.ts",
      ),
      expect.stringContaining(
        "namespace '/chat' with on_open, on_say. Port it to my_addon_2/socketio/index.ts",
      ),
    ]);
  });

  it('that calls what is gone is told what does it now', async () => {
    const logged = await load('openerp', { tested: OLD_TEST });
    const guide = 'See docs/porting.md of web_socketio.';
    const gone = (what: string, instead: string) =>
      `INFO ${what} does not exist in Python any more: ${instead}. ${guide}`;
    const reads = 'the sidecar reads the messages of its databases';
    expect(logged).toEqual([
      gone('OpenERPRegistry.add', reads),
      gone('OpenERPRegistry.get', reads),
      gone('OpenERPObject', 'use the ORM, or model(name) in a server module'),
      gone('OpenERPSession', 'handlers in a server module get a session'),
      gone('OpenERPNameSpace', 'namespaces run in the sidecar'),
      gone('SocketIO', 'the sidecar is the server'),
      gone('AbstractAdapter.listen', 'the sidecar listens'),
      gone('AbstractAdapter.validate', 'the sidecar validates'),
      `WARNING The addon 'tested' calls get_channel, which does nothing any more: a message is a row, so send it with committed_notify of postgres.notification. ${guide}`,
    ]);
  });
});
