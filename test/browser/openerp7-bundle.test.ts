import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { ADDON, BUILT, makeBundle, readSource, WEB } from '../support/openerp7/openerp7-bundle.ts';

/** What every page of an OpenERP 7.0 has to load. */
const MOST_BYTES = 75_000;

it.each(BUILT)(
  '%s is plain ASCII and ends with a line break, and the minifier leaves it as it is',
  async (path) => {
    const text = readSource(path);
    expect([...text].filter((character) => character > '~')).toEqual([]);
    expect(text.endsWith('\n')).toBe(true);
    expect(text.trimEnd().split('\n').at(-1)?.startsWith('//')).toBe(false);
    // Not toBe: what differs would be told in 60,000 characters.
    expect((await makeBundle([text])) === text.trimEnd()).toBe(true);
  },
);

it('minified together with other files, before and after, it is JavaScript still', async () => {
  for (const paths of [BUILT, [WEB, ...BUILT, ADDON], [ADDON, ...BUILT], [...BUILT, WEB]]) {
    expect(syntaxErrorOf(await makeBundle(paths.map(readSource)))).toBe('');
  }
});

it('does not make the code around it strict when it comes first', async () => {
  const text = await makeBundle(BUILT.map(readSource));
  expect(syntaxErrorOf(`${text};with ({}) {}`)).toBe('');
});

it('is no larger than 75 kB, minified', async () => {
  const sizes = await Promise.all(BUILT.map(async (path) => (await makeBundle([readSource(path)])).length));
  process.stdout.write(`Minified for OpenERP 7.0: ${sizes.join(', ')} bytes\n`);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MOST_BYTES);
});

/** What Node says is wrong with a script. */
function syntaxErrorOf(script: string): string {
  const { stderr } = spawnSync(process.execPath, ['--input-type=commonjs', '--check'], {
    input: script,
    encoding: 'utf8',
  });
  return stderr;
}
