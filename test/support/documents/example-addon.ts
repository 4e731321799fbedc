import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readMarkdown, readText } from './markdown.ts';
import { type Example, readBanner, readPorted } from './reference.ts';

const MANIFEST = `{
    'name': 'An example',
    'version': '1.0.0',
    'author': 'web_socketio maintainers',
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

/** In which language an addon declares what it does for its pages. */
export const LANGUAGES = ['TypeScript', 'Python'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Writes an example of the API's pages as an addon, into a folder of addons. */
export async function writeExample(
  folder: string,
  addon: string,
  example: Example,
  language: Language,
): Promise<void> {
  const { python, browser, stage } = example;
  await writeFiles(join(folder, addon), {
    '__manifest__.py': MANIFEST.replace('@', addon),
    ...addonFiles({ name: 'example', model: python, ...example, language }),
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

/** Writes the Python files of docs/porting.md as they stand there, each as an addon. @returns their names */
export async function writeOldAddons(folder: string): Promise<string[]> {
  const files = readPorted().map(({ python }, index) => [`addon_of_2013_${index}`, python] as const);
  for (const [addon, python] of files) {
    await writeFiles(join(folder, addon), {
      '__manifest__.py': MANIFEST.replace('@', addon),
      '__init__.py': 'from . import namespaces\n',
      'namespaces.py': python,
    });
  }
  return files.map(([addon]) => addon);
}

/** Writes the addon of docs/tutorial.md, `my_addon`, into a folder of addons. */
export async function writeTutorialAddon(folder: string, language: Language): Promise<void> {
  const texts = readMarkdown('docs/tutorial.md').flatMap(({ blocks }) => blocks.map(({ text }) => text));
  const [manifest = '', model = '', twin = '', server = '', client = ''] = texts;
  await writeFiles(join(folder, 'my_addon'), {
    '__manifest__.py': manifest,
    ...addonFiles({ name: 'my_message', model, server, twin, language }),
    'static/src/my_addon.js': client,
  });
}

/** Writes the second addon of docs/tutorial.md, `partner_banner`. */
export async function writeBannerAddon(folder: string, language: Language): Promise<void> {
  const { manifest, python, view, server, twin, browser, template } = readBanner();
  await writeFiles(join(folder, 'partner_banner'), {
    '__manifest__.py': manifest,
    ...addonFiles({ name: 'partner', model: python, server, twin, language }),
    'views/res_partner.xml': view,
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

/** An addon's models, in a file of that name, and what it does for its pages. */
interface AddonCode {
  readonly name: string;
  readonly model: string;
  readonly language: Language;
  /** In TypeScript. */
  readonly server: string;
  /** The same in Python. */
  readonly twin: string;
}

function addonFiles({ name, model, language, server, twin }: AddonCode): Record<string, string> {
  const isPython = language === 'Python';
  const imported = [...(isPython ? ['handlers'] : []), ...(model === '' ? [] : ['models'])];
  return {
    '__init__.py': imported.length === 0 ? '' : `from . import ${imported.join(', ')}\n`,
    ...(isPython ? { 'handlers.py': twin } : { 'socketio/index.ts': server }),
    ...(model !== '' && { 'models/__init__.py': `from . import ${name}\n`, [`models/${name}.py`]: model }),
  };
}

/** Writes files, and the folders that they are in. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}
