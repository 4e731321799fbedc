import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Chromium, openChromium } from '../support/browser/chromium.ts';
import { WebClient } from '../support/browser/web-client.ts';
import { makeAddons } from '../support/sidecar/test-sidecar.ts';
import { docker } from './support/docker.ts';
import { type OpenPage, Person } from './support/person.ts';
import { type Service, Stack } from './support/stack.ts';

let stack: Stack;
let chromium: Chromium;
let anna: Person;
let ben: Person;
let tab: WebClient;
let bensTab: WebClient;
/** How many sockets Anna's tab has opened so far. */
let sockets = 0;

beforeAll(async () => {
  stack = await Stack.make();
  await stack.up();
  chromium = await openChromium();
  [anna, ben] = [await Person.logIn(stack, 'anna'), await Person.logIn(stack, 'ben')];
  tab = await WebClient.logIn(chromium, stack.url, anna);
  bensTab = await WebClient.logIn(chromium, stack.url, ben);
  tab.page.on('websocket', (socket) => {
    if (socket.url().includes('/socket.io/')) sockets += 1;
  });
});

afterAll(async () => {
  await chromium?.close();
  await stack?.remove();
});

beforeEach(({ onTestFailed }) => {
  onTestFailed(async () => void process.stderr.write(await stack.logs()));
});

it('loses nothing when the sidecar is killed, which comes back by itself', async () => {
  const before = await stack.state('sidecar');
  await ben.notify(anna, 'Before');
  // Docker would not start again what it was told to kill: this is how a process ends that crashes.
  process.kill(before.Pid, 'SIGKILL');
  await ben.notify(anna, 'Meanwhile');
  await isHealthy('sidecar', before.StartedAt);
  await ben.notify(anna, 'After');
  await hasExactly(tab, ['Before', 'Meanwhile', 'After']);
  expect(await bensTab.notifications()).toEqual([]);
});

it('goes on when the container of PostgreSQL was started anew', async () => {
  const { StartedAt } = await stack.state('postgres');
  await stack.compose(['restart', 'postgres']);
  await isHealthy('postgres', StartedAt);
  await ben.notify(anna, 'PostgreSQL is back');
  await hasExactly(tab, ['Before', 'Meanwhile', 'After', 'PostgreSQL is back']);
});

it('keeps the sockets while the container of OpenERP is started anew', async () => {
  await expect.poll(() => tab.isConnected()).toBe(true);
  sockets = 0;
  const { StartedAt } = await stack.state('openerp');
  await stack.compose(['restart', 'openerp']);
  expect(await tab.isConnected()).toBe(true);
  await isHealthy('openerp', StartedAt);
  await ben.notify(anna, 'OpenERP is back');
  await hasExactly(tab, ['Before', 'Meanwhile', 'After', 'PostgreSQL is back', 'OpenERP is back']);
  expect(sockets).toBe(0);
});

it('spreads pages over two sidecars, and takes them back to one', async () => {
  await stack.up('--scale', 'sidecar=2');
  const pages = Array.from({ length: 20 }, () => anna.openPage());
  try {
    await connected(pages);
    // Two tabs of browsers are connected, too, once they are back from what was tested before.
    await expect.poll(async () => sumOf(await pagesOfSidecars())).toBe(pages.length + 2);
    const counts = await pagesOfSidecars();
    expect(counts).toHaveLength(2);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    await ben.notify(anna, 'To two');
    await expect.poll(() => pages.map(({ subjects }) => subjects)).toEqual(pages.map(() => ['To two']));
    // One of them is sent SIGTERM, and sends its pages to the other.
    const scaling = stack.up('--scale', 'sidecar=1');
    await ben.notify(anna, 'On the way');
    await scaling;
    await connected(pages);
    await ben.notify(anna, 'To one');
    await expect
      .poll(() => pages.map(({ subjects }) => subjects))
      .toEqual(pages.map(() => ['To two', 'On the way', 'To one']));
  } finally {
    for (const page of pages) page.close();
  }
  expect(pages.flatMap(({ errors }) => errors)).toEqual([]);
});

it('has no password in a process list, nor in what Docker tells of a container', async () => {
  const password = await stack.compose(['exec', '-T', 'openerp', 'cat', '/run/web_socketio/password']);
  const sidecars = await stack.compose([
    'exec',
    '-T',
    'postgres',
    'cat',
    '/run/web_socketio/sidecar/password',
  ]);
  expect(new Set([password, sidecars]).size).toBe(2);
  const services: readonly Service[] = ['postgres', 'openerp', 'python', 'sidecar', 'nginx'];
  const containers = (await Promise.all(services.map((service) => stack.container(service))))
    .join(' ')
    .split(' ');
  const told = [
    ...(await Promise.all(containers.map((container) => docker('top', container, '-eo', 'pid,args')))),
    await docker('inspect', ...containers),
    await stack.logs(),
  ].join();
  expect(told).not.toContain(password);
  expect(told).not.toContain(sidecars);
});

it('gives the sidecar a role that cannot read what is not its own, and OpenERP one that is no superuser', async () => {
  const sql = (text: string) =>
    stack.compose(['exec', '-T', 'postgres', 'psql', '-XAtqU', 'postgres', '-d', 'demo-19.0', '-c', text]);
  expect(
    await sql('SELECT rolname, rolsuper, rolcreaterole FROM pg_roles WHERE rolcanlogin ORDER BY 1'),
  ).toBe('openerp|f|f\npostgres|t|t\nweb_socketio|f|f');
  expect(
    await sql(`SELECT has_table_privilege('web_socketio', 'res_users', 'SELECT'),
                      has_table_privilege('web_socketio', 'web_socketio_message', 'SELECT')`),
  ).toBe('f|t');
  expect(
    await sql(
      `SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name ~ 'web_socketio|odoo' ORDER BY 1`,
    ),
  ).toBe('openerp\nweb_socketio');
});

it('runs the server module of an addon that lies in the volume for addons', async () => {
  const addons = await makeAddons({ my_addon: MODULE });
  await docker('cp', `${addons}/my_addon`, `${await stack.container('openerp')}:/mnt/extra-addons/`);
  const since = new Date();
  await stack.compose(['restart', 'sidecar']);
  await stack.logLine('sidecar', /Add namespace: '\/mine'/, since);
});

const MODULE = `
import { OpenERPNameSpace, SocketIO } from 'web_socketio';
SocketIO.addNamespace('/mine', class extends OpenERPNameSpace {});`;

/** The container runs anew and is healthy. @param before when it was started the last time */
async function isHealthy(service: Service, before: string): Promise<void> {
  await expect
    .poll(() => stack.state(service), { timeout: 120_000, interval: 200 })
    .toSatisfy(({ StartedAt, Health }) => StartedAt !== before && Health?.Status === 'healthy');
}

/** The notifications on the screen, by their titles, each once. */
async function hasExactly(client: WebClient, subjects: readonly string[]): Promise<void> {
  await expect
    .poll(async () => (await client.notifications()).toSorted())
    .toEqual(subjects.map((subject) => `${subject}. It is ready.`).toSorted());
}

async function connected(pages: readonly OpenPage[]): Promise<void> {
  await expect.poll(() => pages.every(({ socket }) => socket.connected)).toBe(true);
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** How many pages each sidecar has. */
async function pagesOfSidecars(): Promise<number[]> {
  const script = `fetch('http://127.0.0.1:8068/metrics').then((answer) => answer.text()).then(console.log)`;
  const texts = await Promise.all(
    (await stack.containers('sidecar')).map((id) => docker('exec', id, 'node', '-e', script)),
  );
  return texts.map((text) => Number(/^web_socketio_pages (\d+)$/m.exec(text)?.[1]));
}
