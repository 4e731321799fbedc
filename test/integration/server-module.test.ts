import { expect, it } from 'vitest';
import { TestDatabase } from '../support/test-database.ts';
import { TestSidecar } from '../support/test-sidecar.ts';

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
    'namespace_invalid: "mine" is no namespace',
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
    .poll(() => sidecar.connect('/good', database.name, token).then(() => 'connected', String), {
      timeout: 10_000,
    })
    .toBe('connected');
});
