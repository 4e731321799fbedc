import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { makeAddons, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const adapterOf = (channel: string) => `
import { AbstractAdapter, SocketIO } from 'web_socketio';
SocketIO.addAdapter(class News extends AbstractAdapter { static channel = '${channel}'; static mode = 'each'; });
`;

const setState = (database: TestDatabase, addon: string, state: string) =>
  database.query(
    `DELETE FROM ir_module_module WHERE name = '${addon}';
     INSERT INTO ir_module_module (name, state) VALUES ('${addon}', '${state}')`,
  );

async function start(modules: Readonly<Record<string, string>>) {
  const database = await TestDatabase.create();
  const addons = await makeAddons(modules);
  const sidecar = await TestSidecar.start(database, {}, { addonsPath: [addons] });
  await expect.poll(() => sidecar.log).toContain('Connected to PostgreSQL');
  const lines = (code: string) => sidecar.lines.filter((line) => line.includes(code));
  /** A row on a channel of its own has the list of addons read at once: what it shows is known then. */
  let number = 0;
  const look = async () => {
    number += 1;
    await database.insert(`look ${number}`, {});
    await expect.poll(() => sidecar.log).toContain(`"look ${number}"`);
  };
  return { database, addons, sidecar, lines, look };
}

it('says once of a channel that nobody reads it, and why', async () => {
  const { database, lines, look } = await start({
    base: adapterOf('read'),
    not_installed: adapterOf('not installed'),
  });
  for (const channel of ['read', 'wrong', 'wrong', 'not installed']) await database.insert(channel, {});
  await look();
  await database.insert('wrong', {});
  await look();
  const said = lines('channel_unheard').filter((line) => !line.includes('"look '));
  expect(said).toEqual([
    expect.stringContaining(
      `WARNING ${database.name} web_socketio: channel_unheard: Nobody reads the messages of the channel "wrong": no addon that is installed here has an adapter for it.`,
    ),
    expect.stringContaining(
      `of the channel "not installed": the addon 'not_installed' has an adapter for it, and is not installed here. Install it. They are kept for 168 hours.`,
    ),
  ]);
});

it('only asks for a declaration where a namespace may declare its adapter when it first listens', async () => {
  const { database, lines, look } = await start({
    base: `import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
      class Later extends AbstractAdapter { static channel = 'later'; }
      SocketIO.addNamespace('/mine', class extends OpenERPNameSpace { on_open() { return this.listen(Later); } });`,
  });
  await database.insert('later', {});
  await look();
  expect(lines('channel_unheard')).toEqual([]);
  expect(lines('"later"')).toEqual([
    expect.stringContaining(
      `INFO ${database.name} web_socketio: Nobody has read the messages of the channel "later" yet. If a namespace of 'base' reads them, declare its adapter: SocketIO.addAdapter(…).`,
    ),
  ]);
});

it('does not say so of an addon that was installed a moment ago, and says that its server module runs', async () => {
  const { database, lines, look } = await start({ base: adapterOf('read'), later: adapterOf('later') });
  await setState(database, 'later', 'installed');
  await setState(database, 'without_server_module', 'installed');
  await database.insert('later', {});
  await look();
  expect(lines('"later"')).toEqual([]);
  await setState(database, 'later', 'uninstalled');
  await look();
  expect(lines("'later'")).toEqual([
    expect.stringContaining(
      `INFO ${database.name} web_socketio: The addon 'later' was installed: its server module runs here from now on`,
    ),
    expect.stringContaining(
      `INFO ${database.name} web_socketio: The addon 'later' was uninstalled: its server module does nothing here any more`,
    ),
  ]);
  expect(lines('without_server_module')).toEqual([]);
});

it('says that a server module needs a restart that came, or was mended, after the sidecar was started', async () => {
  const { database, addons, lines, look } = await start({ base: adapterOf('read'), broken: 'const x = ;' });
  const file = join(addons, 'fresh/socketio/index.ts');
  await mkdir(join(addons, 'fresh/socketio'), { recursive: true });
  await writeFile(join(addons, 'fresh/__manifest__.py'), '{}');
  await writeFile(file, adapterOf('fresh'));
  for (const addon of ['broken', 'fresh']) await setState(database, addon, 'installed');
  await look();
  expect(lines('module_not_running')).toEqual([
    expect.stringContaining(
      `WARNING ${database.name} web_socketio: module_not_running: The addon 'broken' was`,
    ),
    expect.stringContaining(
      `The addon 'fresh' was installed, and its server module, ${file}, was not there or could not be loaded when this sidecar was started. Start the sidecar again.`,
    ),
  ]);
});
