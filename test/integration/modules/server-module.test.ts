import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { makeAddons, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const GOOD = `
import { OpenERPNameSpace, SocketIO } from 'web_socketio';
export class Good extends OpenERPNameSpace { on_ping() { return 'pong'; } }
SocketIO.addNamespace('/good', Good);
`;

it('says which line of a server module does not compile, and runs the others', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, {
    base: 'const fine = 1;\nconst broken = ;\n',
    web_socketio_demo: GOOD,
  });
  expect(sidecar.log).toMatch(
    /ERROR \? web_socketio: module_syntax: The server module of 'base' does not compile: \S+base\/socketio\/index\.ts:2:16: /,
  );
  const socket = await sidecar.connect('/good', database.name, await database.addToken());
  expect(await socket.emitWithAck('ping')).toBe('pong');
});

it('says which line of a server module throws while it is loaded, takes back its namespaces, and runs the others', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, {
    base: `import { OpenERPNameSpace, SocketIO } from 'web_socketio';\nSocketIO.addNamespace('/half', class extends OpenERPNameSpace {});\nthrow new Error('no licence');\n`,
    web_socketio_demo: GOOD,
  });
  expect(sidecar.log).toMatch(
    /module_failed: The server module of 'base' failed while it was loaded, at \S+base\/socketio\/index\.ts:3:7: no licence/,
  );
  expect(sidecar.log).not.toContain("Add namespace: '/half'");
  expect(sidecar.log).toContain("Add namespace: '/good'");
});

it('lets a server module import another by its addon, as the same code', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, {
    a_user: `import { SocketIO } from 'web_socketio';\nimport { Good } from 'web_socketio_demo';\nSocketIO.addNamespace('/better', class extends Good {});\n`,
    web_socketio_demo: GOOD,
    base: `import 'left-pad';\n`,
  });
  expect(sidecar.log).toContain("Add namespace: '/better'");
  expect(sidecar.log).toContain(
    "module_import: The server module of 'base' imports 'left-pad', which is neither",
  );
});

it.each([
  [
    'a namespace without a slash',
    `SocketIO.addNamespace('mine', class extends OpenERPNameSpace {});`,
    'namespace_invalid: "mine" is not a namespace',
  ],
  [
    'a class of another kind',
    `SocketIO.addNamespace('/mine', class {});`,
    "namespace_invalid: What was given for '/mine'",
  ],
  [
    'a namespace that another addon has',
    `SocketIO.addNamespace('/good', class extends OpenERPNameSpace {});`,
    "namespace_taken: The namespace '/good' was declared by 'web_socketio_demo' already",
  ],
])('refuses %s, naming it', async (_, statement, message) => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, {
    z_last: `import { OpenERPNameSpace, SocketIO } from 'web_socketio';\n${statement}\n`,
    web_socketio_demo: GOOD,
  });
  expect(sidecar.log).toContain(message);
});

it('activates a namespace when its addon gets installed', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, { later: GOOD });
  const token = await database.addToken();
  const { code } = await sidecar.refusal('/good', { db: database.name, token });
  expect(code).toBe('namespace_not_installed');
  await database.query(`INSERT INTO ir_module_module (name, state) VALUES ('later', 'installed')`);
  await database.killSidecarBackends();
  await expect
    .poll(() => sidecar.connect('/good', database.name, token).then(() => 'connected', String))
    .toBe('connected');
});

it('names the server modules that import one another in a circle, and runs the others', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, {
    circle_a: `import 'circle_b';\n`,
    circle_b: `import 'circle_c';\n`,
    circle_c: `import 'circle_a';\n`,
    web_socketio_demo: GOOD,
  });
  expect(sidecar.log).toContain(
    'module_cycle: Server modules import one another in a circle: circle_a → circle_b → circle_c → circle_a.',
  );
  expect(sidecar.log).toContain('Load server modules: web_socketio_demo\n');
});

it('runs a server module in plain JavaScript', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, { 'web_socketio_demo/socketio/index.js': GOOD });
  const socket = await sidecar.connect('/good', database.name, await database.addToken());
  expect(await socket.emitWithAck('ping')).toBe('pong');
});

it('takes an addon from the first folder of the addons path that has it, as OpenERP does', async () => {
  const database = await TestDatabase.create();
  const empty = await makeAddons({ 'base/models.py': '' });
  const first = await makeAddons({ web_socketio_demo: GOOD.replace('pong', 'first') });
  const second = await makeAddons({
    web_socketio_demo: GOOD.replace('pong', 'second'),
    base: GOOD.replace('/good', '/hidden'),
    web_longpolling: GOOD.replace('/good', '/found'),
  });
  const sidecar = await TestSidecar.start(database, {}, { addonsPath: [empty, first, second] });
  const socket = await sidecar.connect('/good', database.name, await database.addToken());
  expect(await socket.emitWithAck('ping')).toBe('first');
  expect(sidecar.log).toContain("Add namespace: '/found'");
  // OpenERP loads the first one, which has no server module.
  expect(sidecar.log).not.toContain("Add namespace: '/hidden'");
});

it('writes nothing into the folders of addons, which may be read-only', async () => {
  const folder = await makeAddons({
    web_socketio_demo: `import { text } from 'a_package';\n${GOOD.replace("'pong'", 'text')}`,
    'web_socketio_demo/node_modules/a_package/package.json': '{ "main": "main.js" }',
    'web_socketio_demo/node_modules/a_package/main.js': `exports.text = 'packed';`,
  });
  const before = await fingerprint(folder);
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, {}, { addonsPath: [folder] });
  const socket = await sidecar.connect('/good', database.name, await database.addToken());
  expect(await socket.emitWithAck('ping')).toBe('packed');
  await sidecar.sidecar.stop();
  expect(await fingerprint(folder)).toEqual(before);
});

/** Everything in a folder: names, times of change, contents. */
async function fingerprint(folder: string): Promise<unknown[]> {
  const names = await readdir(folder, { recursive: true });
  return await Promise.all(
    names.toSorted().map(async (name) => {
      const path = join(folder, name);
      const stats = await stat(path);
      return [name, stats.mtimeMs, stats.ctimeMs, stats.isFile() ? await readFile(path, 'utf8') : 'folder'];
    }),
  );
}
