import { onTestFailed } from 'vitest';
import { z } from 'zod';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { makePythonAddons, startWorker } from './python-worker.ts';
import { ScriptedSidecar } from './scripted-sidecar.ts';
import type { WorkerPython } from './worker-pythons.ts';

const ADDON = `
import sys
import gevent
from openerp.addons.web_socketio.worker import ask, wire
from openerp.addons.web_socketio.namespace import OpenERPNameSpace
from openerp.addons.web_socketio.session import AbstractAdapter
from openerp.addons.web_socketio.web_socketio import SocketIO


# Nobody wants to wait for half a minute.
ask.LIMIT_SECONDS = 0.5
# Nor to send hundreds of megabytes on a busy machine.
wire._MOST_UNSENT = 4 * 1024 * 1024


class Work(AbstractAdapter):
    channel = 'work'
    mode = 'each'

    def get(self, messages, how, uid=None):
        if how == 'fail':
            raise ValueError('no')
        if how == 'other':
            return [dict(one) for one in messages]
        if how == 'exit':
            sys.exit('no')
        if how == 'wait':
            gevent.sleep(3600)
        if how == 'none':
            return None
        if how == 'change':
            for one in messages:
                one['values']['text'] = 'changed'
        return [one for one in messages if one['values']['text'] == 'good' or how == 'change']

    def format(self, message, how, uid=None):
        if how == 'format':
            raise ValueError('no form')
        if how == 'slow form':
            gevent.sleep(3600)
        message['values']['seen'] = message['values'].get('seen', 0) + 1
        return message['values']


class Mine(OpenERPNameSpace):
    def on_listen(self, *args):
        return self.listen(Work, *args)

    def on_swallow(self):
        try:
            return self.listen(Work, 'good')
        except:
            return 'fine'

    def on_timeout(self, how):
        with gevent.Timeout(0.3, False):
            self.listen(Work, how)
        return 'late'

    def on_greenlet(self):
        def work():
            self.listen(Work, 'good')
            self.emit('has it')
            gevent.sleep(3600)
        self.job = gevent.spawn(work)

    def on_kill(self):
        self.job.kill()

    def on_depth(self, value):
        depth = 0
        while value:
            value = value[0]
            depth += 1
        return depth

    def on_object(self):
        return self.listen(Work, object(), float('nan'), {1: 2, (3, 4): 5})

    def on_emit(self, what):
        self.emit('a', float(what))

    def on_flood(self):
        for _ in range(100):
            self.emit('flood', 'x' * 500000)

    def on_echo(self, *args):
        return args

    def on_wrong(self):
        self.listen(dict)


SocketIO.add_namespace('/mine', Mine)
`;
export const Proof = z.object({ proof: z.string().length(64) });
export const OPEN = ['open', 1, '/mine', { uid: 2, context: {} }] as const;
export const message = (id: number, text: string) => ({
  ...{ id, channel: 'work', uid: 1, date: '2026-11-29 00:00:00' },
  values: { text },
});

/** A worker with that addon, linked to a sidecar that says what the test tells it to. */
export async function startScripted(
  python: WorkerPython,
  prepare: (sidecar: ScriptedSidecar) => void = () => undefined,
) {
  const database = await TestDatabase.create();
  await database.query(`INSERT INTO ir_module_module (name, state) VALUES ('my_addon', 'installed')`);
  const sidecar = await ScriptedSidecar.start(database);
  prepare(sidecar);
  const worker = startWorker(python, database, await makePythonAddons({ my_addon: ADDON }), sidecar.url);
  onTestFailed(
    () => void process.stderr.write(`${worker.log}\n${JSON.stringify(sidecar.frames).slice(0, 3000)}\n`),
  );
  await sidecar.next('hello');
  return { sidecar, worker, database };
}
