import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { writeTutorialAddon } from '../support/documents/example-addon.ts';
import { docker } from './support/docker.ts';
import { DATABASE, type OpenPage, Person } from './support/person.ts';
import { Stack } from './support/stack.ts';

const LINKED = new RegExp(`'${DATABASE}' is linked to the sidecar at`);

let folder: string;
let stack: Stack;
let anna: Person;
let page: OpenPage;
/** What Anna's page has heard of the addon. */
const texts: unknown[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'web_socketio-python-'));
  // The containers' users are not this one.
  await chmod(folder, 0o755);
  await writeTutorialAddon(folder, 'Python');
  stack = await Stack.make({ OPENERP_ADDONS: folder, OPENERP_MODULES: 'web_socketio_demo,my_addon' });
  await stack.up();
  anna = await Person.logIn(stack, 'anna');
  page = anna.openPage();
  page.socket.on('my_addon.news', (messages: readonly { text: unknown }[]) => {
    texts.push(...messages.map(({ text }) => text));
  });
});

afterAll(async () => {
  page?.close();
  await stack?.remove();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

beforeEach(({ onTestFailed }) => {
  onTestFailed(async () => void process.stderr.write(await stack.logs()));
});

it('runs what an addon declares in Python', async () => {
  await stack.logLine('python', LINKED);
  await send('Hello');
  await expect.poll(() => texts).toEqual(['Hello']);
});

it('ends the Python worker within its time, and what was missed comes with the next one', async () => {
  await stack.compose(['stop', 'python']);
  // Killed, it would be 137.
  expect(await docker('inspect', '--format', '{{.State.ExitCode}}', await stack.container('python'))).toBe(
    '0',
  );
  await send('Meanwhile');
  const since = new Date();
  await stack.compose(['start', 'python']);
  await stack.logLine('python', LINKED, since);
  await expect.poll(() => texts).toEqual(['Hello', 'Meanwhile']);
});

it('serves pages wherever they are, with two sidecars and two Python workers', async () => {
  await stack.up('--scale', 'sidecar=2', '--scale', 'python=2');
  const pages = Array.from({ length: 10 }, () => anna.openPage());
  const heard = pages.map(({ socket }) => {
    const own: unknown[] = [];
    socket.on('my_addon.news', (messages: readonly { text: unknown }[]) => {
      own.push(...messages.map(({ text }) => text));
    });
    return own;
  });
  try {
    await expect.poll(() => pages.every(({ socket }) => socket.connected)).toBe(true);
    // Each of the two is linked to each of the two.
    await expect.poll(links).toHaveLength(4);
    await send('To all');
    await expect.poll(() => heard).toEqual(pages.map(() => ['To all']));
  } finally {
    for (const one of pages) one.close();
  }
});

/** Which Python worker is linked to which sidecar, or has been. */
async function links(): Promise<string[]> {
  const lines = (await stack.logs('python')).matchAll(/(python-\d+).* is linked to the sidecar at (\S+)/g);
  return [...new Set([...lines].map(([, worker, sidecar]) => `${worker} ${sidecar}`))];
}

/** Sends a message to Anna, as a model of the addon does. */
async function send(text: string): Promise<void> {
  const values = JSON.stringify({ to_id: anna.uid, text });
  const statement = `INSERT INTO web_socketio_message (channel, "values") VALUES ('my_addon', '${values}')`;
  await stack.compose([
    'exec',
    '-T',
    'postgres',
    'psql',
    '-XAtqU',
    'postgres',
    '-d',
    DATABASE,
    '-c',
    statement,
  ]);
}
