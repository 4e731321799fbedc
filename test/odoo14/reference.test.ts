import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebClient } from '../support/browser/web-client.ts';
import { writeExampleOfOdoo14 } from '../support/documents/example-addon.ts';
import { readExamples } from '../support/documents/reference.ts';
import { type OdooStack, startOdooStack } from '../support/odoo/odoo-stack.ts';
import { showLogOfFailures } from '../support/process/failure-log.ts';
import { makeServerFolder, type ServerFolder } from '../support/process/server-folder.ts';
import { series } from '../support/series/series.ts';

const [example] = readExamples().filter(({ stage }) => stage === 'web client 14');
/** It has the server module of the example for Odoo 19. */
const [of19] = readExamples().filter(({ stage }) => stage === 'web client');

let folder: ServerFolder;
let stack: OdooStack;

beforeAll(async () => {
  if (!example || !of19) throw new Error('docs/api/browser.md has no example for the web client any more.');
  folder = await makeServerFolder('addons');
  await writeExampleOfOdoo14(folder.path, 'my_addon', { ...example, server: of19.server });
  stack = await startOdooStack(['my_addon'], [folder.path]);
});

afterAll(async () => {
  await stack?.stop();
  await folder?.remove();
});

showLogOfFailures(series.name, () => stack.odoo.server);
showLogOfFailures('The sidecar', () => stack.sidecar);

it(example?.title ?? '', async () => {
  const client = await WebClient.logIn(stack.chromium, stack.nginx.url, stack.odoo.admin);
  await expect.poll(async () => (await client.notifications()).sort()).toEqual([...(example?.shown ?? [])]);
});
