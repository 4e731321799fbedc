import { describe, expect, inject, it } from 'vitest';
import { TestDatabase } from '../support/postgres/test-database.ts';
import { makePythonAddons, startWorker } from './support/python-worker.ts';
import { ScriptedSidecar } from './support/scripted-sidecar.ts';

const ADDON = `
from openerp.addons.web_socketio.namespace import OpenERPNameSpace, SocketIOError
from openerp.addons.web_socketio.session import AbstractAdapter
from openerp.addons.web_socketio.web_socketio import SocketIO
from openerp.addons.web_longpolling.namespace import LongPollingNameSpace


class Work(AbstractAdapter):
    channel = 'work'
    mode = 'each'
    key = 'to_id'


class Each(AbstractAdapter):
    channel = 'each'
    mode = 'Each'


class Half(SocketIOError):
    def __init__(self):
        pass


class Mine(OpenERPNameSpace):
    def get_initial_acl(self):
        return ['on_open', 'knock']

    def initialize(self):
        self.count = 0

    def recv_connect(self):
        self.emit('hello', self.uid, self.context)

    def on_add_one(self):
        self.count += 1
        return self.count

    def on_open(self):
        raise SocketIOError('closed', 'It is closed.', retry=True)

    def on_fail(self):
        return 1 // 0

    def on_half(self):
        raise Half()

    def on_set(self):
        return {1, 2}

    def on_ask(self):
        return [self.validate(Work, True), self.secure_emit(Work, 'done', 1), self.notify('work', a=1)]


SocketIO.add_namespace('/mine', Mine)


@LongPollingNameSpace.on('work', adapterClass=Work)
def work(session, number):
    session.emit('worked', number)
    return [session.uid, session.db]


@LongPollingNameSpace.on('twice')
def twice(session):
    return 1


@LongPollingNameSpace.on('twice')
def twice(session):
    return 2
`;

describe.each(inject('workerPythons'))('In Python $version', (python) => {
  async function start() {
    const database = await TestDatabase.create();
    await database.query(`INSERT INTO ir_module_module (name, state) VALUES ('my_addon', 'installed')`);
    const sidecar = await ScriptedSidecar.start(database);
    const worker = startWorker(python, database, await makePythonAddons({ my_addon: ADDON }), sidecar.url);
    const hello = await sidecar.next('hello');
    return { database, sidecar, worker, hello };
  }

  it('a worker says what its addons declare, and runs events of a namespace with state', async () => {
    const { database, sidecar, hello } = await start();
    expect(hello[1]).toMatchObject({
      ...{ version: 1, release: '1.0.0', db: database.name },
      proof: expect.stringMatching(/^[0-9a-f]{64}$/),
      declares: {
        adapters: [
          {
            ...{ name: 'Work', addon: 'my_addon', channel: 'work', mode: 'each', key: 'to_id' },
            chooses: false,
          },
        ],
        namespaces: [
          {
            ...{ path: '/mine', addon: 'my_addon', name: 'Mine' },
            events: ['add_one', 'ask', 'fail', 'half', 'open', 'set'],
            ...{ acl: ['open', 'knock'], hooks: ['recv_connect'] },
          },
        ],
        handlers: [
          {
            ...{ index: 0, event: 'work', addon: 'my_addon', eventtype: 'on', adapter: 'my_addon.Work' },
            name: 'work',
          },
          ...[1, 2].map((index) => expect.objectContaining({ index, event: 'twice', name: 'twice' })),
        ],
      },
    });
    sidecar.send(
      ['open', 1, '/mine', { uid: null, context: {} }],
      ['open', 1, '/mine', { uid: 2, context: { lang: 'de_DE' } }],
      ['run', 1, 1, 'connect', 'connect', []],
      ['run', 2, 1, 'event', 'add one', []],
      ['run', 3, 1, 'event', 'add-one', []],
      ['open', 2, '/longpolling', { uid: 3, context: {} }],
      ['run', 4, 2, 'handler', 0, [7]],
    );
    await sidecar.next('return', 4);
    expect(sidecar.of('emit')).toEqual([
      ['emit', 1, 'hello', [2, { lang: 'de_DE' }]],
      ['emit', 2, 'worked', [7]],
    ]);
    expect(sidecar.of('return')).toEqual([
      ['return', 1, null],
      ['return', 2, 1],
      ['return', 3, 2],
      ['return', 4, [3, database.name]],
    ]);
  });

  it('what a handler raises is told, and what has no code is logged with its traceback', async () => {
    const { database, sidecar, worker } = await start();
    sidecar.send(
      ['open', 1, '/mine', { uid: 2, context: {} }],
      ['run', 1, 1, 'event', 'open', []],
      ['run', 2, 1, 'event', 'fail', []],
      ['run', 3, 1, 'event', 'set', []],
      ['run', 4, 1, 'event', 'half', []],
    );
    await sidecar.next('throw', 4);
    expect(sidecar.of('throw')).toMatchObject([
      ['throw', 1, { code: 'closed', message: 'It is closed.', retry: true, told: true }],
      ['throw', 2, { name: 'ZeroDivisionError', told: false, traceback: expect.stringContaining('on_fail') }],
      ['throw', 3, { code: 'handler_result', message: expect.stringContaining("event 'set'") }],
      ['throw', 4, { name: 'Half', told: false, traceback: expect.stringContaining('on_half') }],
    ]);
    await expect
      .poll(() => worker.log)
      .toContain(
        `event 'fail' of addon 'my_addon' in '/mine' (database ${database.name}, user 2) failed: ZeroDivisionError`,
      );
    expect(worker.log).toContain('in on_fail');
    expect(worker.log).toContain(
      "adapter_invalid: The adapter Each has the mode 'Each'. Use one of queue, each. (addon 'my_addon')",
    );
  });

  it('what a handler asks of the sidecar blocks it until the answer', async () => {
    const { sidecar } = await start();
    sidecar.send(['open', 1, '/mine', { uid: 2, context: {} }], ['run', 5, 1, 'event', 'ask', []]);
    expect(await sidecar.next('validate')).toEqual(['validate', 1, 5, 'my_addon.Work', true]);
    sidecar.send(['answer', 1, true]);
    expect(await sidecar.next('secure_emit')).toEqual(['secure_emit', 2, 5, 'my_addon.Work', 'done', [1]]);
    sidecar.send(['answer', 2, false]);
    expect(await sidecar.next('notify')).toEqual(['notify', 3, 5, 'work', { a: 1 }]);
    sidecar.send(['error', 3, { code: 'message_invalid', message: 'No.', retry: true }]);
    expect(await sidecar.next('throw')).toMatchObject(['throw', 5, { code: 'message_invalid', retry: true }]);
  });
});
