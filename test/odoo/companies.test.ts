import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { WebClient } from '../support/browser/web-client.ts';
import { type OdooStack, startOdooStack } from '../support/odoo/odoo-stack.ts';
import { showLogOfFailures } from '../support/process/failure-log.ts';
import { series } from '../support/series/series.ts';

let stack: OdooStack;
let tab: WebClient;

beforeAll(async () => {
  stack = await startOdooStack(['web_socketio_demo']);
  const { odoo, chromium, nginx } = stack;
  const second = await odoo.execute(odoo.admin, 'res.company', 'create', [{ name: 'The second company' }]);
  expect(second).toBe(2);
  await odoo.execute(odoo.admin, 'res.users', 'write', [[odoo.admin.uid], { company_ids: [[6, 0, [1, 2]]] }]);
  tab = await WebClient.logIn(chromium, nginx.url, odoo.admin);
});

afterAll(() => stack?.stop());

showLogOfFailures(series.name, () => stack.odoo.server);
showLogOfFailures('The sidecar', () => stack.sidecar);

const Request = z.object({ params: z.object({ company_ids: z.array(z.number()) }) });

/** The companies of each request for a token of a page, in their order. */
function toldBy({ requests }: WebClient): number[][] {
  return requests
    .filter((request) => new URL(request.url()).pathname === '/web_socketio/token')
    .map((request) => Request.parse(request.postDataJSON()).params.company_ids);
}

it('tells which companies a page shows: its own, and not those of the tab that was opened last', async () => {
  expect(toldBy(tab)).toEqual([[1]]);
  await tab.page.evaluate("void (document.cookie = 'cids=2; path=/')");
  const other = await tab.openTab();
  expect(toldBy(other)).toEqual([[2]]);
  await forgetTokens();
  await expect.poll(() => toldBy(tab)).toEqual([[1], [1]]);
  await expect.poll(() => toldBy(other)).toEqual([[2], [2]]);
});

it('tells at once when the page turns to other companies', async () => {
  await tab.page.evaluate(series.webClient.showCompanies);
  await expect.poll(() => toldBy(tab).at(-1)).toEqual([1, 2]);
});

/** The rows of all pages are lost: each has to ask for a new token, by itself. */
async function forgetTokens(): Promise<void> {
  await stack.odoo.sql(
    `WITH gone AS (DELETE FROM web_socketio_session RETURNING session_hash)
     INSERT INTO web_socketio_message (channel, "values")
     SELECT DISTINCT 'web_socketio.control',
       jsonb_build_object('type', 'ended', 'session_hash', encode(session_hash, 'hex'))
     FROM gone`,
  );
}
