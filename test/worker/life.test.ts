import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { TestDatabase } from '../support/postgres/test-database.ts';
import { TestSidecar } from '../support/sidecar/test-sidecar.ts';
import { makePythonAddons, startWorker } from './support/python-worker.ts';
import { ScriptedSidecar } from './support/scripted-sidecar.ts';
import { ask, WorkerStage } from './support/worker-stage.ts';

const ADDON = `
import time
import gevent
import logging
from gevent import monkey
from openerp.addons.web_socketio.session import AbstractAdapter
from openerp.addons.web_longpolling.namespace import LongPollingNameSpace

_logger = logging.getLogger('addon')


class Silence(AbstractAdapter):
    channel = 'silence'


@LongPollingNameSpace.on('version')
def version(session):
    return 1


@LongPollingNameSpace.on('wait', adapterClass=Silence)
def wait(session):
    try:
        session.listen()
    finally:
        _logger.info('The waiting was ended')


@LongPollingNameSpace.on('sleep')
def sleep(session):
    def doze():
        try:
            gevent.sleep(600)
        finally:
            _logger.info('The sleep was ended')
    session.spawn(doze)
    doze()


@LongPollingNameSpace.on('slow')
def slow(session):
    session.emit('begun')
    gevent.sleep(1)
    return 'done'


@LongPollingNameSpace.on('stubborn')
def stubborn(session):
    session.emit('begun')
    while True:
        try:
            gevent.sleep(60)
        except BaseException:
            pass


@LongPollingNameSpace.on('deaf', adapterClass=Silence)
def deaf(session):
    while True:
        try:
            session.listen()
        except:
            session.emit('still here')


@LongPollingNameSpace.on('block')
def block(session):
    monkey.get_original('time', 'sleep')(1.5)
`;
const Hello = z.object({
  declares: z.object({ handlers: z.array(z.object({ index: z.number(), name: z.string() })) }),
});
const OTHER = `
from openerp.addons.web_longpolling.namespace import LongPollingNameSpace


@LongPollingNameSpace.on('other')
def other(session):
    return 'here'
`;

const ADDONS = fileURLToPath(new URL('../../addon', import.meta.url));
const startSidecar = (database: TestDatabase) => TestSidecar.start(database, {}, { addonsPath: [ADDONS] });
const installed = (database: TestDatabase, addon: string) =>
  database.query(`INSERT INTO ir_module_module (name, state) VALUES ($1, 'installed')`, [addon]);
const heard = (page: { once(event: string, heard: () => void): unknown }, event: string) =>
  new Promise<void>((resolve) => page.once(event, resolve));

describe.each(inject('workerPythons'))('In Python $version, a worker', (python) => {
  const open = (...args: string[]) => WorkerStage.open(python, ADDON, { args });

  it('stops at SIGTERM: what waits is ended, what works may finish', async () => {
    const stage = await open();
    const page = await stage.page('/longpolling');
    page.emit('wait');
    const begun = heard(page, 'begun');
    const answer = ask(page, 'slow');
    await begun;
    stage.worker.signal('SIGTERM');
    expect(await answer).toBe('done');
    expect(await stage.worker.ended).toEqual([0, null]);
    expect(stage.worker.log).toContain('The waiting was ended');
    expect(stage.worker.log).not.toMatch(/ERROR|Traceback/);
  });

  it('ends what runs for a page, and what that has spawned, when the page goes', async () => {
    const stage = await open();
    const page = await stage.page('/longpolling');
    for (const event of ['wait', 'sleep']) page.emit(event);
    // Whoever is answered came after them.
    await ask(page, 'version');
    page.disconnect();
    await stage.worker.waitForLine(/The waiting was ended/);
    await expect.poll(() => stage.worker.log.split('The sleep was ended')).toHaveLength(3);
  });

  it('ends at once at the second signal, whatever its handlers do', async () => {
    const stage = await open();
    const page = await stage.page('/longpolling');
    const begun = heard(page, 'begun');
    page.emit('stubborn');
    await begun;
    stage.worker.signal('SIGTERM');
    await stage.worker.waitForLine(/The Python worker stops/);
    stage.worker.signal('SIGTERM');
    expect(await stage.worker.ended).toEqual([143, null]);
  });

  it('begins anew at SIGHUP, and with --dev when a file changes that can be read', async () => {
    const stage = await open('--dev');
    const page = await stage.page('/longpolling');
    expect(await ask(page, 'version')).toBe(1);
    stage.worker.signal('SIGHUP');
    const links = () => stage.worker.log.split('is linked to the sidecar').length - 1;
    await expect.poll(links).toBe(2);
    const file = join(stage.folder, 'my_addon', 'controller.py');
    await writeFile(file, `${ADDON}\n(`);
    await stage.worker.waitForLine(/controller\.py has changed, and cannot be read/);
    expect(await ask(page, 'version')).toBe(1);
    await writeFile(file, ADDON.replace('return 1', 'return 2'));
    await expect.poll(links).toBe(3);
    expect(await ask(page, 'version')).toBe(2);
    expect(page.connected).toBe(true);
  });

  it('names the handler that holds up all others', async () => {
    const stage = await open();
    const page = await stage.page('/longpolling');
    await ask(page, 'block');
    await stage.worker.waitForLine(
      /block of 'block' \(on\) of addon 'my_addon' in '\/longpolling' \(database test_\w+, user 2\) blocked the worker for \d\.\d s, so no other handler ran: .*controller\.py:\d+, in block/,
    );
  });

  it('serves several sidecars and several databases, whichever is there first', async () => {
    const databases = [await TestDatabase.create(), await TestDatabase.create()] as const;
    const [one, other] = databases;
    for (const database of databases) await installed(database, 'my_addon');
    await one.query('DROP TABLE web_socketio_worker');
    const sidecars = [await startSidecar(other), await startSidecar(other)];
    const folder = await makePythonAddons({ my_addon: ADDON });
    const urls = sidecars.map(({ url }) => url).join(',');
    const worker = startWorker(python, one, folder, urls, { databases: `${one.name},${other.name}` });
    await expect.poll(() => worker.log.split(`'${other.name}' is linked`).length).toBe(3);
    await expect.poll(() => worker.log).toContain(`The database '${one.name}' cannot be served`);
    const token = await other.addToken();
    for (const sidecar of sidecars) {
      expect(await ask(await sidecar.connect('/longpolling', other.name, token), 'version')).toBe(1);
    }
  });

  it('links again when its link is lost, and what it ran is ended', async () => {
    const database = await TestDatabase.create();
    await installed(database, 'my_addon');
    const sidecar = await ScriptedSidecar.start(database);
    const worker = startWorker(python, database, await makePythonAddons({ my_addon: ADDON }), sidecar.url);
    await sidecar.next('hello');
    sidecar.send(
      ['open', 1, '/longpolling', { uid: 2, context: {} }],
      ['run', 1, 1, 'handler', 1, []],
      ['run', 2, 1, 'handler', 2, []],
    );
    await sidecar.next('listen');
    expect(await sidecar.next('start')).toEqual(['start', -1, 2, 'spawn of doze', 1]);
    sidecar.sockets[0]?.destroy();
    await worker.waitForLine(/The waiting was ended/);
    await expect.poll(() => worker.log.split('The sleep was ended')).toHaveLength(3);
    await sidecar.next('hello', 2);
    sidecar.send(['open', 1, '/longpolling', { uid: 2, context: {} }], ['run', 1, 1, 'handler', 0, []]);
    expect(await sidecar.next('return')).toEqual(['return', 1, 1]);
  });

  it('goes on when a handler that catches everything has lost its link', async () => {
    const database = await TestDatabase.create();
    await installed(database, 'my_addon');
    const sidecar = await ScriptedSidecar.start(database);
    startWorker(python, database, await makePythonAddons({ my_addon: ADDON }), sidecar.url);
    const [, hello] = await sidecar.next('hello');
    const { declares } = Hello.parse(hello);
    const index = declares.handlers.find(({ name }) => name === 'deaf')?.index;
    const open = ['open', 1, '/longpolling', { uid: 2, context: {} }];
    sidecar.send(open, ['run', 1, 1, 'handler', index, []]);
    await sidecar.next('listen');
    sidecar.sockets[0]?.destroy();
    await sidecar.next('hello', 2);
    sidecar.send(open, ['run', 1, 1, 'handler', 0, []]);
    expect(await sidecar.next('return')).toEqual(['return', 1, 1]);
  });

  it('is live with an addon that is installed while it runs', async () => {
    const stage = await open();
    const page = await stage.page('/longpolling');
    expect(await ask(page, 'other')).toMatchObject({ code: 'no_such_method' });
    await makePythonAddonsIn(stage.folder);
    await installed(stage.database, 'other_addon');
    // The sidecar looks which addons are installed when a page comes.
    await expect.poll(async () => ask(await stage.page('/longpolling'), 'other')).toBe('here');
  });

  it('says of an addon that cannot be imported which line it is, and runs the others', async () => {
    const database = await TestDatabase.create();
    for (const addon of ['a_broken', 'my_addon']) await installed(database, addon);
    const folder = await makePythonAddons({
      a_broken: 'import os\nimport no_such_module\n',
      my_addon: ADDON,
    });
    const sidecar = await ScriptedSidecar.start(database);
    const worker = startWorker(python, database, folder, sidecar.url);
    await sidecar.next('hello');
    expect(worker.log).toMatch(
      /The addon 'a_broken' cannot be imported, so nothing that it declares runs: \S*controller\.py:2: (ImportError|ModuleNotFoundError): /,
    );
  });

  it('says with --check-config what is declared, and ends', async () => {
    const database = await TestDatabase.create();
    await installed(database, 'my_addon');
    const folder = await makePythonAddons({ my_addon: OTHER });
    const worker = startWorker(python, database, folder, 'http://127.0.0.1:1', { args: ['--check-config'] });
    expect(await worker.ended).toEqual([0, null]);
    expect(worker.log).toContain(`${database.name}: these addons declare in Python:`);
    expect(worker.log).toContain("  my_addon: handler other of 'other' (on)");
  });
});

async function makePythonAddonsIn(folder: string): Promise<void> {
  await mkdir(join(folder, 'other_addon'));
  await writeFile(join(folder, 'other_addon', '__init__.py'), 'from . import controller\n');
  await writeFile(join(folder, 'other_addon', 'controller.py'), OTHER);
}
