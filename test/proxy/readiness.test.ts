import { expect, it, onTestFinished } from 'vitest';
import { askHttp } from '../support/network/http-answer.ts';
import { OPENERP, SCHEMA } from '../support/postgres/catalog/database-schema.ts';
import { createDatabase } from '../support/postgres/postgres.ts';
import { TestDatabase } from '../support/postgres/test-database.ts';
import { startApache } from '../support/proxy/apache.ts';
import { TestSidecar } from '../support/sidecar/test-sidecar.ts';

it('Apache sends new connections to sidecars that are ready, and to one that becomes ready', async () => {
  const database = await TestDatabase.create();
  const later = `${database.name}_later`;
  const sidecars = [
    await TestSidecar.start(database, {}, { route: '1' }),
    await TestSidecar.start(database, {}, { route: '2', databases: [later] }),
  ];
  const proxy = await startApache({ odoo: 'http://127.0.0.1:1', sidecar: sidecars.map(({ url }) => url) });
  onTestFinished(() => proxy.stop());
  const serving = async () => {
    const handshakes = Array.from({ length: 20 }, () =>
      askHttp(`${proxy.url}/socket.io/?EIO=4&transport=polling`),
    );
    const answers = await Promise.all(handshakes);
    return new Set(answers.map(({ text }) => /"sid":"[^".]*\.(\d)"/.exec(text)?.[1]));
  };
  await expect.poll(serving).toEqual(new Set(['1']));
  await createDatabase(database.server, later);
  await TestDatabase.at(database.server, later).query(OPENERP + SCHEMA);
  await expect.poll(serving).toEqual(new Set(['1', '2']));
});
