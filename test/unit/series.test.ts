import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SERIES_NAMES } from '../support/series/series-table.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ADDONS = ['web_longpolling', 'web_socketio', 'web_socketio_demo'];
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const Row = z.strictObject({
  python: z.array(z.string()).nonempty(),
  web_client: z.string(),
  tested: z.literal(true).optional(),
});
const table = new Map(
  Object.entries(z.record(z.string(), Row).parse(JSON.parse(read('addon/web_socketio/series.json')))),
);
const majors = [...table.keys()].map(Number);

/** The series that a folder or file is named after: 16 for `odoo16`. */
const namedAfter = (name: string) => Number(/\d+$/.exec(name)?.[0]);
/** The oldest series whose row has that file. */
function oldestOf(has: (row: z.infer<typeof Row>) => boolean): number {
  return Math.min(...[...table].filter(([, row]) => has(row)).map(([series]) => Number(series)));
}

describe('The table of series, addon/web_socketio/series.json', () => {
  it('lists the oldest series first, and each later folder after the earlier ones', () => {
    expect(majors).toEqual(majors.toSorted((one, other) => one - other));
    for (const { python } of table.values()) {
      const numbers = python.map(namedAfter);
      expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
    }
  });

  it('has every folder for one series, and each is named after the oldest series that it serves', () => {
    const entries = readdirSync(join(ROOT, 'addon/web_socketio'));
    const folders = entries.filter((name) => /^(odoo|openerp)\d+$/.test(name)).sort();
    expect([...new Set([...table.values()].flatMap(({ python }) => python))].sort()).toEqual(folders);
    for (const folder of folders) {
      expect(oldestOf(({ python }) => python.includes(folder))).toBe(namedAfter(folder));
    }
  });

  it('has the file of every web client, which each addon has under that name, after the oldest series that it serves', () => {
    const clients = [...new Set([...table.values()].map(({ web_client }) => web_client))].sort();
    for (const addon of ADDONS) {
      const files = readdirSync(join(ROOT, 'addon', addon, 'src'));
      expect(files.filter((name) => /^(odoo|openerp)\d+\.ts$/.test(name)).sort()).toEqual(
        clients.map((client) => `${client}.ts`),
      );
    }
    for (const client of clients)
      expect(oldestOf((row) => row.web_client === client)).toBe(namedAfter(client));
  });

  it('agrees with what each series is told to load: by a manifest, or by a view of its own', () => {
    const loaded = (addon: string, path: string) =>
      [...read(`addon/${addon}/${path}`).matchAll(/static\/lib\/(\w+)\/(\w+)\.js/g)].map(([, of, client]) => {
        expect(of).toBe(addon);
        return client;
      });
    for (const addon of ADDONS) {
      for (const [series, { web_client }] of table) {
        const view = `views/assets_odoo${Number.parseInt(series, 10)}.xml`;
        const manifest = Number(series) === 7 ? '__openerp__.py' : '__manifest__.py';
        const path = existsSync(join(ROOT, 'addon', addon, view)) ? view : manifest;
        expect(loaded(addon, path), `${series} of ${addon}`).toEqual([web_client]);
      }
    }
  });

  it('names what Docker can build, and nothing else', () => {
    const services = read('docker/openerp/known-series.yml').matchAll(/^ {2}OPENERP_SERIES-(\S+):/gm);
    expect([...services].map(([, series]) => series)).toEqual([...table.keys()]);
  });

  it('names what the README says is supported, and nothing else', () => {
    const [, section = ''] = read('README.md').split('## Supported series');
    const rows = section.split('\n## ')[0]?.match(/^\| (Odoo|OpenERP) [^|]+ \| (?!no\b)/gm) ?? [];
    const named = rows.flatMap((row) => row.match(/\d+\.\d/g) ?? []);
    expect(named.map(Number).sort((one, other) => one - other)).toEqual(majors);
  });

  it('has a Vitest project for each series from 14.0 on, and an install script for those that are tested', () => {
    const projects = majors.filter((series) => series >= 14).map((series) => `odoo${series}`);
    expect(SERIES_NAMES).toEqual(projects);
    for (const [series, { tested }] of table) {
      const script = join(ROOT, `test/odoo/install-odoo${Number(series)}.sh`);
      expect(existsSync(script), script).toBe(tested === true);
    }
  });
});
