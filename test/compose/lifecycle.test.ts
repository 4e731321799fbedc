import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { outcomeOf } from '../support/process/outcome.ts';
import { docker, ENVIRONMENT } from './support/docker.ts';
import { DATABASE, Person } from './support/person.ts';
import { IMAGE_PREFIX, Stack } from './support/stack.ts';

const Names = z.array(z.object({ name: z.string() }));

let stack: Stack;

beforeAll(async () => {
  stack = await Stack.make();
});

afterAll(() => stack?.remove());

beforeEach(({ onTestFailed }) => {
  onTestFailed(async () => void process.stderr.write(await stack.logs()));
});

it('finishes a first start that was interrupted', async () => {
  await stack.compose(['up', '--detach', 'openerp']);
  await stack.logLine('openerp', /Module web_socketio loaded/);
  await stack.compose(['kill', 'openerp']);
  expect(await sql(`SELECT state FROM ir_module_module WHERE name = 'web_socketio_demo'`)).toBe('to install');
  await stack.up();
  expect(await sql(`SELECT count(*) FROM ir_module_module WHERE state LIKE 'to %'`)).toBe('0');
  await notifies();
});

it('keeps the data when it is removed and started again, here by Compose 1.29, and installs nothing twice', async () => {
  const admin = await Person.logIn(stack, 'admin');
  const ben = await Person.logIn(stack, 'ben');
  await admin.session.call('res.users', 'write', [[ben.uid], { name: 'Benjamin' }]);
  await stack.compose(['down']);
  await stack.compose(['up', '--detach'], 1);
  await expect.poll(async () => (await stack.state('nginx')).Health?.Status).toBe('healthy');
  expect(await nameOfBen()).toBe('Benjamin');
  await notifies();
  const log = await stack.logs('openerp');
  expect(log).toContain('Registry loaded');
  expect(log).not.toMatch(/Installing:|Creating the database|Users of the demonstration/);
  await stack.compose(['down'], 1);
});

it('updates an addon whose version in the database is another one', async () => {
  await stack.compose(['up', '--detach', '--wait', 'postgres']);
  await sql(`UPDATE ir_module_module SET latest_version = '19.0.0.9.0' WHERE name = 'web_longpolling'`);
  await stack.up();
  await stack.logLine('openerp', /Installing: nothing\. Updating: web_longpolling\./);
  expect(await sql(`SELECT latest_version FROM ir_module_module WHERE name = 'web_longpolling'`)).not.toBe(
    '19.0.0.9.0',
  );
  await notifies();
});

it('says in the log that a password is wrong and how to set it, and goes on by itself when that is done', async () => {
  await sql(`ALTER ROLE openerp PASSWORD 'another'`);
  await sql(`ALTER ROLE web_socketio PASSWORD 'another'`);
  const since = new Date();
  await docker('restart', await stack.container('openerp'), await stack.container('sidecar'));
  await stack.logLine(
    'openerp',
    /database_login: PostgreSQL at postgres refuses the password of the role 'openerp'.* set-passwords\./,
    since,
  );
  await stack.logLine('sidecar', /database_login: PostgreSQL refuses the log-in to 'demo-19\.0'/, since);
  await stack.compose(['exec', '-T', 'postgres', 'set-passwords']);
  for (const service of ['openerp', 'sidecar'] as const) {
    const health = async () => (await stack.state(service)).Health?.Status;
    await expect.poll(health, { timeout: 120_000 }).toBe('healthy');
  }
  await notifies();
});

it('says in the log that OpenERP has no password', async () => {
  const args = ['run', '--rm', '--env', 'PASSWORD_FILE=/nowhere', `${IMAGE_PREFIX}-openerp:19.0`];
  const { code, stderr } = await outcomeOf('docker', args, { env: ENVIRONMENT });
  expect(code).toBe(1);
  expect(stderr).toBe(
    "web_socketio: database_password: '/nowhere' is missing, empty or not to be read. Put the password of the role 'openerp' there, or remove OPENERP_PASSWORD_FOLDER from .env.\n",
  );
});

it('says in the log that the database is one of another series', async () => {
  const { code, stderr } = await stack.outcome([
    'run',
    '--rm',
    '-T',
    '--env',
    'OPENERP_SERIES=18.0',
    'openerp',
  ]);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /series_mismatch: The database 'demo-19\.0' was made by 19\.0\.\S+, and this is 18\.0\. Set OPENERP_SERIES or OPENERP_DATABASE in \.env\./,
  );
});

it('says in the log that the data are of another PostgreSQL', async () => {
  await stack.compose(['down']);
  const change = (text: string) =>
    docker(
      'run',
      '--rm',
      '--volume',
      `${stack.project}_postgres:/data`,
      '--entrypoint',
      'sh',
      `${IMAGE_PREFIX}-postgres`,
      '-c',
      text,
    );
  await change('mv /data/PG_VERSION /data/KEPT && echo 14 >/data/PG_VERSION');
  await stack.compose(['up', '--detach', 'postgres']);
  await stack.logLine(
    'postgres',
    /postgres_major: The volume 'postgres' holds data of PostgreSQL 14, and this is 15\. Set POSTGRES_IMAGE=postgres:14 /,
  );
  await stack.compose(['down']);
  await change('mv /data/KEPT /data/PG_VERSION');
});

it('names the address that another program has taken', async () => {
  const { hostname, port } = new URL(stack.url);
  const other = createServer().listen(Number(port), hostname);
  await once(other, 'listening');
  const { code, stderr } = await stack.outcome(['up', '--detach']);
  other.close();
  await once(other, 'close');
  expect(code).not.toBe(0);
  expect(stderr.trim().split('\n').at(-1)).toMatch(new RegExp(`${hostname}:${port}.*(in use|allocated)`));
  await stack.up();
  expect(await nameOfBen()).toBe('Benjamin');
});

it('begins anew after its volumes were removed', async () => {
  await stack.compose(['down', '--volumes']);
  await stack.up();
  expect(await nameOfBen()).toBe('Ben');
  await notifies();
});

/** A notification of Ben reaches Anna, and not Ben. */
async function notifies(): Promise<void> {
  const anna = await Person.logIn(stack, 'anna');
  const ben = await Person.logIn(stack, 'ben');
  const pages = [anna.openPage(), ben.openPage()] as const;
  try {
    await expect.poll(() => pages.map(({ socket }) => socket.connected)).toEqual([true, true]);
    await ben.notify(anna, 'Lunch');
    await expect.poll(() => pages.map(({ subjects }) => subjects)).toEqual([['Lunch'], []]);
  } finally {
    for (const page of pages) page.close();
  }
}

async function nameOfBen(): Promise<unknown> {
  const ben = await Person.logIn(stack, 'ben');
  const [{ name } = { name: null }] = Names.parse(
    await ben.session.call('res.users', 'read', [[ben.uid], ['name']]),
  );
  return name;
}

/** What PostgreSQL answers, as its superuser. */
function sql(text: string): Promise<string> {
  return stack.compose(['exec', '-T', 'postgres', 'psql', '-XAtqU', 'postgres', '-d', DATABASE, '-c', text]);
}
