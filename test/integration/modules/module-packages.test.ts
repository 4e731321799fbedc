import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { makeAddons, type ServerModules, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

/** A module whose event `try` answers with what an expression gives. */
const answering = (imports: string, expression: string) => `
import { OpenERPNameSpace, SocketIO } from 'web_socketio';
${imports}
SocketIO.addNamespace('/mine', class extends OpenERPNameSpace { on_try() { return ${expression}; } });
`;

const packageFiles = (folder: string, name: string, code: string) => ({
  [`${folder}/node_modules/${name}/package.json`]: JSON.stringify({ name, main: 'main.js' }),
  [`${folder}/node_modules/${name}/main.js`]: code,
});

async function start(modules: ServerModules) {
  const database = await TestDatabase.create();
  const folder = await makeAddons(modules);
  const sidecar = await TestSidecar.start(database, {}, { addonsPath: [folder] });
  const answer = async () => {
    const page = await sidecar.connect('/mine', database.name, await database.addToken());
    return await page.emitWithAck('try');
  };
  return { folder, sidecar, answer };
}

it.each(['base', 'base/socketio'])(
  'bundles a package that is installed in %s, with its own packages',
  async (where) => {
    const { answer } = await start({
      base: answering(`import { twice } from '@mine/twice';`, `twice('a')`),
      ...packageFiles(where, '@mine/twice', `exports.twice = (text) => text + require('rest') + text;`),
      ...packageFiles(where, 'rest', `module.exports = require('node:path').sep;`),
    });
    expect(await answer()).toBe('a/a');
  },
);

it('bundles a package that is linked into node_modules', async () => {
  const folder = await makeAddons({
    base: answering(`import { text } from 'linked';`, 'text'),
    ...packageFiles('other', 'linked', `exports.text = 'from afar';`),
  });
  await mkdir(join(folder, 'base/node_modules'));
  await symlink(join(folder, 'other/node_modules/linked'), join(folder, 'base/node_modules/linked'));
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, {}, { addonsPath: [folder] });
  const page = await sidecar.connect('/mine', database.name, await database.addToken());
  expect(await page.emitWithAck('try')).toBe('from afar');
});

/** An addon in a folder whose parent has the package `above`. */
async function startBelow(code: string) {
  const folder = await makeAddons({
    'addons/base/socketio/index.ts': code,
    ...packageFiles('.', 'above', `exports.text = 'from above';`),
  });
  await writeFile(join(folder, 'addons/base/__manifest__.py'), '{}');
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, {}, { addonsPath: [join(folder, 'addons')] });
  const refusal = `The server module of 'base' imports 'above', which is neither a server module on the addons path, nor part of Node, nor installed beside it. If it is an npm package: npm install --prefix '${folder}/addons/base/socketio' above. What is installed elsewhere is not taken.`;
  return { database, sidecar, refusal };
}

it('refuses a package that is installed further up, by name, and says where to install it', async () => {
  const { sidecar, refusal } = await startBelow(answering(`import { text } from 'above';`, 'text'));
  expect(sidecar.log).toContain(`ERROR ? web_socketio: module_import: ${refusal}`);
});

it('refuses it to an import that is made while the module runs, too', async () => {
  const { database, sidecar, refusal } = await startBelow(answering('', `import('above')`));
  const page = await sidecar.connect('/mine', database.name, await database.addToken());
  expect(await page.emitWithAck('try')).toMatchObject({ ok: false, code: 'module_import' });
  expect(sidecar.log).toContain(`module_import: ${refusal}`);
});

it("refuses a package of this repository's own, and names the folder that has a package.json", async () => {
  const { folder, sidecar } = await start({
    base: `import 'socket.io-parser/build/cjs/index.js';\n`,
    'base/package.json': '{}',
  });
  expect(sidecar.log).toContain(
    `module_import: The server module of 'base' imports 'socket.io-parser/build/cjs/index.js', which is neither`,
  );
  expect(sidecar.log).toContain(`npm install --prefix '${folder}/base' socket.io-parser.`);
});

it('lets a package do without what it can do without', async () => {
  const { answer } = await start({
    base: answering(`import { has } from 'careful';`, 'has'),
    ...packageFiles(
      'base',
      'careful',
      `exports.has = 'nothing'; try { exports.has = require('optional') } catch {} try { exports.has = require('./fast.node') } catch {}`,
    ),
  });
  expect(await answer()).toBe('nothing');
});

it('refuses native code, and says so', async () => {
  const { sidecar } = await start({
    base: `import 'fast';\n`,
    ...packageFiles('base', 'fast', `module.exports = require('./build/fast.node');`),
    'base/node_modules/fast/build/fast.node': 'not looked at',
  });
  expect(sidecar.log).toContain(
    "module_import: The server module of 'base' imports './build/fast.node', which is native code: that cannot be bundled. Use a package that is JavaScript only.",
  );
});
