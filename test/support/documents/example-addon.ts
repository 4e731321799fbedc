import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readMarkdown, readText } from './markdown.ts';
import { type Example, readBanner, readPorted } from './reference.ts';

const MANIFEST = `{
    'name': 'An example',
    'version': '1.0.0',
    'license': 'LGPL-3',
    'depends': ['web_longpolling'],
    'assets': {'web.assets_backend': ['@/static/src/**/*.js']},
}
`;

/** As Odoo 14 is told of files for the web client: a manifest of it has no assets. */
const ASSETS_OF_ODOO14 = `<odoo>
    <template id="assets_backend" inherit_id="web.assets_backend">
        <xpath expr="." position="inside"><script src="/@/static/src/example.js"/></xpath>
    </template>
</odoo>
`;

/** Writes an example of the API's pages as an addon, into a folder of addons. */
export async function writeExample(folder: string, addon: string, example: Example): Promise<void> {
  const { server, python, browser, stage } = example;
  await writeFiles(join(folder, addon), {
    '__manifest__.py': MANIFEST.replace('@', addon),
    ...modelFiles('example', python),
    'socketio/index.ts': server,
    ...(stage === 'web client' ? { 'static/src/example.js': browser } : {}),
  });
}

/** Writes an example for the web client of Odoo 14 as an addon. */
export async function writeExampleOfOdoo14(folder: string, addon: string, example: Example): Promise<void> {
  await writeFiles(join(folder, addon), {
    '__manifest__.py': MANIFEST.replace("'assets'", `'data': ['views/assets.xml'], 'assets'`).replace(
      '@',
      addon,
    ),
    '__init__.py': '',
    'views/assets.xml': ASSETS_OF_ODOO14.replace('@', addon),
    'socketio/index.ts': example.server,
    'static/src/example.js': example.browser,
  });
}

/** Writes the first Python namespace of docs/porting.md as an addon, as it has to be imported in Odoo. */
export async function writeOldAddon(folder: string, addon: string): Promise<void> {
  const [example] = readPorted();
  await writeFiles(join(folder, addon), {
    '__manifest__.py': MANIFEST.replace('@', addon),
    '__init__.py': 'from . import namespaces\n',
    'namespaces.py': example?.python.replaceAll('openerp.addons', 'odoo.addons') ?? '',
  });
}

/** Writes the addon of docs/tutorial.md, `my_addon`, into a folder of addons. */
export async function writeTutorialAddon(folder: string): Promise<void> {
  const texts = readMarkdown('docs/tutorial.md').flatMap(({ blocks }) => blocks.map(({ text }) => text));
  const [manifest = '', model = '', server = '', client = ''] = texts;
  await writeFiles(join(folder, 'my_addon'), {
    '__manifest__.py': manifest,
    ...modelFiles('my_message', model),
    'socketio/index.ts': server,
    'static/src/my_addon.js': client,
  });
}

/** Writes the second addon of docs/tutorial.md, `partner_banner`. */
export async function writeBannerAddon(folder: string): Promise<void> {
  const { manifest, python, view, server, browser, template } = readBanner();
  await writeFiles(join(folder, 'partner_banner'), {
    '__manifest__.py': manifest,
    ...modelFiles('partner', python),
    'views/res_partner.xml': view,
    'socketio/index.ts': server,
    'static/src/partner_banner.js': browser,
    'static/src/partner_banner.xml': template,
  });
}

/** The Python by which docs/tutorial.md tries that addon. */
export function readTrial(): string {
  const [, statement] = /In `odoo shell`:\s+`(.+?)`/i.exec(readText('docs/tutorial.md')) ?? [];
  if (statement === undefined) throw new Error('docs/tutorial.md no longer tries its addon in the shell.');
  return statement;
}

function modelFiles(name: string, python: string): Record<string, string> {
  if (python === '') return { '__init__.py': '' };
  return {
    '__init__.py': 'from . import models\n',
    'models/__init__.py': `from . import ${name}\n`,
    [`models/${name}.py`]: python,
  };
}

/** Writes files, and the folders that they are in. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}
