import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { runSidecar } from '../../support/process/run.ts';
import { ScriptedWorker } from '../../support/python-worker/scripted-worker.ts';
import { serverVariables } from '../../support/sidecar/sidecar-command.ts';

it('lists what the Python workers of the last days declared', async () => {
  const database = await TestDatabase.create();
  const odoo = createServer((_, response) => void response.end('{"states": []}')).listen(0, '127.0.0.1');
  onTestFinished(() => void odoo.close());
  await once(odoo, 'listening');
  const adapters = [{ name: 'Mine', addon: 'base', channel: 'mine', mode: 'each', key: 'to_id' }];
  const namespaces = [{ path: '/chat', addon: 'base', events: ['open', 'say'] }];
  const handlers = [{ index: 0, event: 'ask', addon: 'base', eventtype: 'connect', name: 'ask' }];
  await ScriptedWorker.prove(database, { adapters, namespaces, handlers }, 3_600);
  await ScriptedWorker.prove(database, { adapters, namespaces, handlers });
  await ScriptedWorker.prove(database, { namespaces: [{ ...namespaces[0], path: '/old' }] }, 8 * 86_400);
  await ScriptedWorker.prove(database, { namespaces: [{ later: true }] });
  const { lines, ended } = runSidecar(['-d', database.name, '-p', '0', '--check-config'], {
    ...serverVariables(database.server),
    WEB_SOCKETIO_ODOO_URL: `http://127.0.0.1:${z.object({ port: z.number() }).parse(odoo.address()).port}`,
  });
  expect(await ended).toEqual([0, null]);
  const report = lines.map((line) => line.trim().replace(/ {2,}/g, ' | '));
  expect(report).toEqual(
    expect.arrayContaining([
      `${database.name} | /chat | base | open, say`,
      `${database.name} | /longpolling | base | connect: ask`,
      `${database.name} | base.Mine | base | mine, each, to_id`,
      `${database.name} | a declaration that cannot be read`,
    ]),
  );
  expect(report.filter((line) => line.includes('/chat'))).toHaveLength(1);
  expect(report.join('\n')).not.toContain('/old');
});
