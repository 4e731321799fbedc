import { fileURLToPath } from 'node:url';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { WebClient } from '../support/browser/web-client.ts';
import type { OdooUser } from '../support/odoo/odoo-session.ts';
import { type OdooStack, startOdooStack } from '../support/odoo/odoo-stack.ts';
import { startOdooWorker } from '../support/odoo/odoo-worker.ts';
import { showLogOfFailures } from '../support/process/failure-log.ts';
import type { Program } from '../support/process/program.ts';
import { series } from '../support/series/series.ts';

const ADDON = 'web_socketio_test_python';
const CURSORS = 2;

let stack: OdooStack;
let worker: Program;
let anna: OdooUser;
let tabs: WebClient[];

beforeAll(async () => {
  stack = await startOdooStack([ADDON], [fileURLToPath(new URL('addons', import.meta.url))]);
  const { odoo, chromium, nginx, sidecarUrl } = stack;
  worker = startOdooWorker(odoo, { sidecars: [sidecarUrl], args: ['--max-cursor', `${CURSORS}`] });
  anna = await odoo.createUser('anna');
  await worker.waitForLine(/is linked to the sidecar/);
  const tab = await WebClient.logIn(chromium, nginx.url, anna);
  tabs = [tab, await tab.openTab(), await WebClient.logIn(chromium, nginx.url, odoo.admin)];
});

afterAll(async () => {
  await worker?.stop();
  await stack?.stop();
});

showLogOfFailures(series.name, () => stack.odoo.server);
showLogOfFailures('The sidecar', () => stack.sidecar);
showLogOfFailures('The Python worker', () => worker);

const execute = (model: string, method: string, ...args: unknown[]) =>
  stack.odoo.execute(stack.odoo.admin, model, method, args);

/** A socket of a script with the user's own session. */
async function connect(user: OdooUser, namespace: string): Promise<Socket> {
  const { db, token } = await (await stack.odoo.logIn(user)).token();
  const socket = io(`${stack.nginx.url}${namespace}`, { auth: { db, token }, forceNew: true });
  onTestFinished(() => void socket.disconnect());
  return socket;
}

it('An addon in Python alone notifies one user, in both of its tabs, and nobody else', async () => {
  await execute(`${ADDON}.news`, 'send', anna.uid, 'Lunch is ready.');
  const [tab, otherTab, admin] = tabs;
  for (const client of [tab, otherTab]) {
    await expect.poll(() => client?.notifications()).toEqual(['Lunch is ready.']);
  }
  expect(await admin?.notifications()).toEqual([]);
});

it('A handler in Python answers with what the record rules of its own user show', async () => {
  await execute('res.partner', 'create', [{ name: 'of anna' }, { name: 'of admin' }]);
  const [model] = await stack.odoo.sql("SELECT id FROM ir_model WHERE model = 'res.partner'");
  const domain_force = "['|', ('name', 'not like', 'of '), ('name', '=', 'of ' + user.login)]";
  await execute('ir.rule', 'create', { name: 'of whom it is', model_id: model?.['id'], domain_force });
  const ask = async (user: OdooUser) =>
    (await connect(user, '/longpolling')).emitWithAck(`${ADDON}.partners`, 'of ');
  expect([await ask(anna), await ask(stack.odoo.admin)]).toEqual([['of anna'], ['of admin']]);
});

it('A namespace in Python does tasks of a queue, each once, and keeps its own state', async () => {
  const sockets = await Promise.all([anna, stack.odoo.admin].map((user) => connect(user, `/${ADDON}`)));
  const failed: unknown[] = [];
  for (const socket of sockets) {
    socket.on('failed', (message) => failed.push(message));
    socket.emit('begin');
  }
  const count = () => Promise.all(sockets.map((socket) => socket.emitWithAck('count')));
  expect(await count()).toEqual([0, 0]);
  const numbers = Array.from({ length: 20 }, (_, number) => number);
  await execute(`${ADDON}.task`, 'give', numbers);
  const partners = () => stack.odoo.sql("SELECT name FROM res_partner WHERE name LIKE 'Task %' ORDER BY id");
  await expect
    .poll(async () => new Set((await partners()).map(({ name }) => name)).size)
    .toBe(numbers.length);
  await expect
    .poll(() => stack.odoo.sql('SELECT id FROM web_socketio_message WHERE channel LIKE $1', ['%.task']))
    .toEqual([]);
  expect(failed).toEqual(['Not yet']);
  const counts = await count();
  expect(counts.reduce((sum, one) => sum + one, 0)).toBe((await partners()).length);
});

it('Handlers in Python that call models at the same time wait for one of so many cursors, and all are answered', async () => {
  const sockets = await Promise.all(
    [anna, stack.odoo.admin, anna, stack.odoo.admin].map((user) => connect(user, '/longpolling')),
  );
  // The first two keep theirs until they have met: on a busy machine, each might else be through before the next one came.
  const calls = [...sockets, ...sockets].map((socket, index) =>
    socket.emitWithAck(`${ADDON}.rest`, index < CURSORS ? CURSORS - 1 : 0),
  );
  const counts = await Promise.all(calls);
  expect(Math.max(...counts)).toBe(CURSORS);
});
