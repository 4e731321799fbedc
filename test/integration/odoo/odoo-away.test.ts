import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { openPageOf } from '../../support/browser/browser-page.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { LookingOdoo } from '../../support/sidecar/looking-odoo.ts';
import { makeAddons, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const ADDONS = fileURLToPath(new URL('../../../addon', import.meta.url));

/** Handlers that call a model before they listen, and for each message. */
const MODULE = `
import { LongPollingNameSpace } from 'web_longpolling';
import { AbstractAdapter } from 'web_socketio';
class Each extends AbstractAdapter { static channel = 'each'; static mode = 'each'; }
class Queue extends AbstractAdapter { static channel = 'queue'; }
for (const adapterClass of [Each, Queue]) {
  LongPollingNameSpace.on(adapterClass.channel, { adapterClass, eventtype: 'connect' }, async (session) => {
    const name = () => session.model('res.users').name();
    await name();
    for await (const messages of session.messages()) {
      await session.secureEmit(adapterClass.channel, messages, await name());
    }
  });
}
`;

const eventually = <T>(look: () => T) => expect.poll(look);

it('while Odoo is away for longer than a call is repeated no handler ends and no attempt counts, before it listens and after', {
  timeout: 180_000,
}, async () => {
  const [database, odoo] = [await TestDatabase.create(), await LookingOdoo.start()];
  const away = () => {
    odoo.instead = (response) => response.writeHead(503).end('It is being started.');
  };
  odoo.call = () => ({ result: 'Anna' });
  away();
  const addonsPath = [await makeAddons({ base: MODULE }), ADDONS];
  const sidecar = await TestSidecar.start(
    database,
    {},
    { addonsPath, odooUrl: odoo.url, transport: 'json', maxAttempts: 1 },
  );
  const { page } = openPageOf(database, sidecar.url);
  const socket = new SocketIO('/longpolling', page);
  const heard: unknown[] = [];
  for (const event of ['each', 'queue', 'resync']) {
    socket.on(event, (...args: unknown[]) => void heard.push([event, ...args]));
  }
  await eventually(() => socket.connected).toBe(true);
  const failures = () => sidecar.lines.filter((line) => /event '(each|queue)'.*odoo_unreachable/.test(line));
  await eventually(failures).toHaveLength(2);
  await database.insert('each', { n: 1 });
  await database.insert('queue', { n: 2 });
  odoo.instead = null;
  const first = [
    ['each', [{ n: 1 }], 'Anna'],
    ['queue', [{ n: 2 }], 'Anna'],
  ];
  await eventually(() => [...heard].sort()).toEqual(first);

  away();
  await database.insert('each', { n: 3 });
  await database.insert('queue', { n: 4 });
  await eventually(failures).toHaveLength(4);
  odoo.instead = null;
  await eventually(() => [...heard].sort()).toEqual(
    [...first, ['each', [{ n: 3 }], 'Anna'], ['queue', [{ n: 4 }], 'Anna']].sort(),
  );
  expect(await database.query('SELECT FROM web_socketio_message WHERE dead IS NOT NULL')).toEqual([]);
});
