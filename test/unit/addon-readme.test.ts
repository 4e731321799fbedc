import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { addonNames, addonReadme } from '../../addon-readme.ts';

const ADDONS = fileURLToPath(new URL('../../addon', import.meta.url));
const PNG = '89504e470d0a1a0a';

describe.each(await addonNames())('The addon %s', (addon) => {
  const read = (path: string) => readFile(join(ADDONS, addon, path));

  it('has the README.rst and index.html of its fragments: if not, npm run readme', async () => {
    for (const [path, text] of await addonReadme(addon))
      expect((await read(path)).toString(), path).toBe(text);
  });

  it('has an icon', async () => {
    const icon = await read('static/description/icon.png');
    expect(icon.subarray(0, 8).toString('hex')).toBe(PNG);
    expect([icon.readUInt32BE(16), icon.readUInt32BE(20)]).toEqual([128, 128]);
  });
});
