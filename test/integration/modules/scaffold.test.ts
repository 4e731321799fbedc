import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { tsc, webSocketio } from '../../support/process/command.ts';
import { nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const ADDONS = fileURLToPath(new URL('../../../addon', import.meta.url));

/** A folder outside of this repository with an addon that has a manifest and nothing else. */
async function makeAddon() {
  const folder = await mkdtemp(join(tmpdir(), 'web_socketio-init-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'my_addon'));
  await writeFile(join(folder, 'my_addon/__manifest__.py'), '{}');
  const socketio = join(folder, 'my_addon/socketio');
  return { folder, socketio, init: () => webSocketio(['init', 'my_addon'], folder) };
}

it('writes a server module that tsc accepts, far from this repository, and that a sidecar runs', async () => {
  const { folder, socketio, init } = await makeAddon();
  const { code, stdout } = await init();
  expect(code).toBe(0);
  expect(stdout).toContain(`Wrote ${socketio}/index.ts\nWrote ${socketio}/tsconfig.json\n`);
  expect(await tsc(socketio)).toMatchObject({ code: 0, stdout: '' });

  const database = await TestDatabase.create();
  await database.query(`INSERT INTO ir_module_module (name, state) VALUES ('my_addon', 'installed')`);
  const sidecar = await TestSidecar.start(database, {}, { addonsPath: [folder, ADDONS] });
  const page = await sidecar.connect('/longpolling', database.name, await database.addToken({ uid: 7 }));
  const news = nextEvent(page, 'my_addon.news');
  page.emit('my_addon.greet', 'Hello');
  expect(await news).toMatchObject([[{ to_id: 7, text: 'You said: Hello' }], expect.anything()]);
});

it.each([
  [
    'an event type that does not exist',
    `LongPollingNameSpace.on('x', { eventtype: 'sometimes' }, () => undefined);`,
    `error TS2322: Type '"sometimes"' is not assignable to type 'EventType | undefined'.`,
  ],
  [
    'a mode that does not exist',
    `class Wrong extends AbstractAdapter { static readonly mode = 'some'; }\nLongPollingNameSpace.on('x', { adapterClass: Wrong }, () => undefined);`,
    `Type '"some"' is not assignable to type 'Mode'.`,
  ],
  [
    'a method that a session does not have',
    `LongPollingNameSpace.on('x', {}, async (session) => { await session.lissten(); });`,
    `error TS2551: Property 'lissten' does not exist on type 'LongPollingSession'. Did you mean 'listen'?`,
  ],
])('lets tsc refuse %s', async (_, statement, message) => {
  const { socketio, init } = await makeAddon();
  await init();
  await writeFile(
    join(socketio, 'wrong.ts'),
    `import { LongPollingNameSpace } from 'web_longpolling';\nimport { AbstractAdapter } from 'web_socketio';\nexport { AbstractAdapter };\n${statement}\n`,
  );
  const { code, stdout } = await tsc(socketio);
  expect(code).toBeGreaterThan(0);
  expect(stdout).toContain(message);
});

it('gives the types with what is said of them, for editors', async () => {
  const { socketio, init } = await makeAddon();
  await init();
  const text = await readFile(join(socketio, 'types/web_socketio/namespace.d.ts'), 'utf8');
  expect(text).toContain(
    '* Waits for messages that the adapter takes. Never polls; rejects with an `AbortError` when the socket goes.',
  );
  expect(text).toContain('* @param args given to the adapter');
  const names = await readdir(join(socketio, 'types'), { recursive: true });
  expect(names).toContain('web_longpolling/index.d.ts');
  // What the sidecar keeps for itself.
  expect(names).not.toContain('web_socketio/registry.d.ts');
  expect(await readFile(join(socketio, 'types/web_socketio/web_socketio.d.ts'), 'utf8')).not.toContain(
    'createApi',
  );
});

it("keeps the author's files and renews the types when it is called again", async () => {
  const { socketio, init } = await makeAddon();
  await init();
  const own = ['index.ts', 'tsconfig.json', 'types/web_socketio/mine.d.ts', 'types/web_socketio/model.d.ts'];
  for (const name of own) await writeFile(join(socketio, name), '// mine\n');
  const old = join(socketio, 'types/web_socketio/host.d.ts');
  const fresh = await readFile(old, 'utf8');
  await writeFile(old, `${fresh}// of an older version\n`);
  const { code, stdout } = await init();
  expect(code).toBe(0);
  for (const name of own) expect(await readFile(join(socketio, name), 'utf8')).toBe('// mine\n');
  expect(await readFile(old, 'utf8')).toBe(fresh);
  expect(stdout).toContain(`Kept ${socketio}/index.ts\nKept ${socketio}/tsconfig.json\n`);
  expect(stdout).toContain(`Kept ${socketio}/types/web_socketio/model.d.ts\n`);
  expect(stdout).toContain(`Wrote ${old}\n`);
});

it('writes no index.ts beside an index.js', async () => {
  const { socketio, init } = await makeAddon();
  await mkdir(socketio);
  await writeFile(join(socketio, 'index.js'), '');
  expect(await init()).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`Kept ${socketio}/index.js`),
  });
  expect(await readdir(socketio)).not.toContain('index.ts');
});

it('says what to do when the folder is no addon, and writes nothing', async () => {
  const { folder } = await makeAddon();
  await mkdir(join(folder, 'empty'));
  const noManifest = await webSocketio(['init', 'empty'], folder);
  expect(noManifest.code).toBe(2);
  expect(noManifest.stderr).toContain(
    `addon_invalid: '${folder}/empty' is not an addon: it has no __manifest__.py (before Odoo 10.0: __openerp__.py). Write the addon first; Odoo, but not OpenERP 7.0, begins one with: odoo scaffold empty '${folder}'.`,
  );
  expect(await readdir(join(folder, 'empty'))).toEqual([]);
  const missing = await webSocketio(['init', 'missing'], folder);
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('is not a folder') });
  expect(await webSocketio(['init'], folder)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("option_invalid: missing required argument 'addon'"),
  });
});
