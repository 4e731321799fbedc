import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, inject, it } from 'vitest';
import { z } from 'zod';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const ADDONS = here('../../addon');
const files = readdirSync(ADDONS, { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.py'),
);
/** What only series from 14.0 on import. OpenERP 7.0 imports all the rest, of every addon on its path. */
const LATER = /(?:^|\/)odoo\d\d\//;
/** By one of its names. */
const addonsWith = (manifest: string) =>
  readdirSync(ADDONS).filter((addon) => existsSync(join(ADDONS, addon, manifest)));
/** Series from 10.0 on read the one name, earlier ones the other. */
const [ODOO, OPENERP] = ['__manifest__.py', '__openerp__.py'] as const;
/** What no series before 16.0 or 17.0 has. */
const LATER_ADDONS = ['web_live', 'web_socketio_bus'];

/** OpenERP 7.0 has no name for LGPL-3, and cannot update a module that has it. */
const OPENERP_LICENSE = 'Other OSI approved licence';
/** So many characters has `ir.module.module` of OpenERP 7.0 for a summary (`fields.char('Summary', size=64)`): the rest is cut. */
const MOST_SUMMARY = 64;

const Manifest = z.object({
  ...{ name: z.string(), summary: z.string(), version: z.string(), author: z.string() },
  ...{ license: z.string(), category: z.string(), depends: z.array(z.string()), installable: z.boolean() },
});

async function run(python: string, script: string, paths: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(python, [here(script), ...paths], { cwd: ADDONS });
  return stdout;
}

describe.each(inject('pythons'))('In Python $version', ({ command, version }) => {
  it('every file compiles that a series with this Python imports', async () => {
    const imported = version.startsWith('2.') ? files.filter((path) => !LATER.test(path)) : files;
    expect(imported.length).toBeGreaterThan(10);
    expect(await run(command, 'compile_files.py', imported)).toBe('');
  });

  it('tokens are sealed and opened, and what clients send is read', async () => {
    expect(await run(command, 'token_forms.py', [join(ADDONS, 'web_socketio')])).toBe('');
  });

  it('both manifests of an addon are literals and say the same', async () => {
    const addons = addonsWith(OPENERP);
    expect(addons.length).toBeGreaterThan(2);
    for (const addon of addons) {
      const paths = [ODOO, OPENERP].map((name) => join(addon, name));
      const manifests = z.array(Manifest).parse(JSON.parse(await run(command, 'read_manifests.py', paths)));
      const [odoo, openerp] = manifests;
      expect(openerp).toEqual({ ...odoo, license: OPENERP_LICENSE });
      expect(openerp?.summary.length, openerp?.summary).toBeLessThanOrEqual(MOST_SUMMARY);
    }
  });

  it('OpenERP does not see what was made for later series alone', async () => {
    const later = addonsWith(ODOO).filter((addon) => !addonsWith(OPENERP).includes(addon));
    expect(later).toEqual(LATER_ADDONS);
    const paths = later.map((addon) => join(addon, ODOO));
    const manifests = z.array(Manifest).parse(JSON.parse(await run(command, 'read_manifests.py', paths)));
    for (const { summary } of manifests) expect(summary.length, summary).toBeLessThanOrEqual(MOST_SUMMARY);
  });
});
