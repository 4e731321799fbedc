import { appendFile, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { webSocketio } from '../../support/process/command.ts';
import { makeAddons, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { OpenERPNameSpace, SocketIO } from 'web_socketio';
import { greet } from 'greeting';
import { name } from './name.ts';
SocketIO.addNamespace('/mine', class extends OpenERPNameSpace { on_greet() { return greet(name); } });
`;
const ADDON = {
  web_socketio_demo: MODULE,
  'web_socketio_demo/socketio/name.ts': `export const name = 'Jim';\n`,
  'web_socketio_demo/node_modules/greeting/package.json': '{ "name": "greeting", "main": "greet.js" }',
  'web_socketio_demo/node_modules/greeting/greet.js': `exports.greet = (name) => 'Hello ' + name;\n`,
};

async function build() {
  const folder = await makeAddons(ADDON);
  const home = join(folder, 'web_socketio_demo');
  const file = join(home, 'socketio/dist/index.cjs');
  const outcome = await webSocketio(['build', 'web_socketio_demo'], folder);
  /** What the running code answers, and what the log said. */
  const run = async () => {
    const database = await TestDatabase.create();
    const sidecar = await TestSidecar.start(database, {}, { addonsPath: [folder] });
    if (!sidecar.log.includes("Add namespace: '/mine'")) return { answer: null, log: sidecar.log };
    const page = await sidecar.connect('/mine', database.name, await database.addToken());
    return { answer: await page.emitWithAck('greet'), log: sidecar.log };
  };
  /** Makes it visible which code runs, without a change of what it was made of. */
  const mark = async () => writeFile(file, (await readFile(file, 'utf8')).replace('Hello ', 'Prebuilt '));
  return { folder, home, file, outcome, run, mark };
}

it('compiles a server module with its packages to one file, and says what it did', async () => {
  const { file, outcome } = await build();
  expect(outcome).toEqual({
    code: 0,
    stdout: `Wrote ${file}, from 3 file(s).\nNot inside, and left to the sidecar that loads it: Node, web_socketio.\n`,
    stderr: '',
  });
});

it('is loaded instead of its sources, whatever the dates of the files', async () => {
  const { home, run, mark } = await build();
  await mark();
  const later = new Date(Date.now() + 86_400_000);
  await utimes(join(home, 'socketio/index.ts'), later, later);
  expect((await run()).answer).toBe('Prebuilt Jim');
});

it('is loaded without its packages, and without its sources', async () => {
  const { home, run, mark } = await build();
  await mark();
  await rm(join(home, 'node_modules'), { recursive: true });
  expect((await run()).answer).toBe('Prebuilt Jim');
  for (const name of ['index.ts', 'name.ts']) await rm(join(home, 'socketio', name));
  const { answer, log } = await run();
  expect(answer).toBe('Prebuilt Jim');
  expect(log).not.toContain('module_stale');
});

it.each([
  ['a source', 'socketio/name.ts', `export const name = 'Joe';\n`, 'Hello Joe'],
  ['a package', 'node_modules/greeting/greet.js', `exports.greet = (name) => 'Bye ' + name;\n`, 'Bye Jim'],
])('is left aside when %s is another one than it was made of', async (_, path, text, answer) => {
  const { home, file, run, mark } = await build();
  await mark();
  await writeFile(join(home, path), text);
  const result = await run();
  expect(result.answer).toBe(answer);
  expect(result.log).toContain(
    `WARNING ? web_socketio: module_stale: '${file}' was made before '${home}/${path}' changed, and is left aside. Run web_socketio build '${home}' again.`,
  );
});

it('is shown by --check-config, and whether it is left aside', async () => {
  const { folder, home, file } = await build();
  await writeFile(join(folder, '.env'), 'WEB_SOCKETIO_ADDONS_PATH=.\n');
  const check = async () => (await webSocketio(['--check-config', '-d', 'mydb'], folder)).stdout;
  const fresh = await check();
  expect(fresh).toMatch(new RegExp(`web_socketio_demo +loaded +${file}\n`));
  expect(fresh).not.toContain('module_stale');
  await appendFile(join(home, 'socketio/name.ts'), '\n');
  const stale = await check();
  expect(stale).toMatch(new RegExp(`web_socketio_demo +loaded +${home}/socketio/index.ts\n`));
  expect(stale).toContain('module_stale');
});

it('is left aside when something else lies there', async () => {
  const { file, run } = await build();
  await writeFile(file, 'exports.mine = true;\n');
  const { answer, log } = await run();
  expect(answer).toBe('Hello Jim');
  expect(log).toContain(`'${file}' was not made by this version of web_socketio build`);
});

it('says which line of the source failed', async () => {
  const { folder, home, run } = await build();
  await appendFile(join(home, 'socketio/name.ts'), `throw new Error('no licence');\n`);
  await webSocketio(['build', home], folder);
  for (const name of ['index.ts', 'name.ts']) await rm(join(home, 'socketio', name));
  expect((await run()).log).toContain(`at ${home}/socketio/name.ts:2:7: no licence`);
});

it('says what to do when there is nothing to compile, and leaves what was there', async () => {
  const { folder, home, file } = await build();
  const before = await readFile(file, 'utf8');
  await writeFile(join(home, 'socketio/name.ts'), 'const broken = ;');
  expect(await webSocketio(['build', home], folder)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(
      `module_syntax: The server module of 'web_socketio_demo' does not compile: ${home}/socketio/name.ts:1:16: `,
    ),
  });
  expect(await readFile(file, 'utf8')).toBe(before);
  expect(await readdir(join(home, 'socketio/dist'))).toEqual(['index.cjs']);
  await rm(join(home, 'socketio'), { recursive: true });
  expect(await webSocketio(['build', home], folder)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`addon_invalid: '${home}' has no server module`),
  });
  await writeFile(join(home, 'socketio'), 'a file in the way');
  expect((await webSocketio(['init', home], folder)).stderr).toContain(
    `addon_unwritable: '${home}/socketio/index.ts' cannot be written: `,
  );
  expect((await stat(join(home, 'socketio'))).isFile()).toBe(true);
});
