import { expect, it } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { type TestSettings, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

/** The id of a new connection, as long-polling is told it. */
async function connectionId(settings: TestSettings): Promise<string> {
  const { url } = await TestSidecar.start(await TestDatabase.create(), {}, settings);
  const open = await (await fetch(`${url}/socket.io/?EIO=4&transport=polling`)).text();
  const id: unknown = JSON.parse(open.slice(1)).sid;
  return String(id);
}

it('ends the ids of its connections with a point and its route, for proxies that read that', async () => {
  expect(await connectionId({ route: 'b-2' })).toMatch(/^[\w-]{20}\.b-2$/);
  expect(await connectionId({})).toMatch(/^[\w-]{20}$/);
});
