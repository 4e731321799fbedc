import { expect, it } from 'vitest';
import { ROOT_FOLDER } from '../../support/process/clone.ts';
import { run } from '../../support/process/run.ts';

/** What `npm run playground --` runs. */
const play = (...args: string[]) =>
  run(
    process.execPath,
    ['--import', 'tsx', 'sidecar/playground/main.ts', '--playground', ...args],
    {},
    ROOT_FOLDER,
  );

it.each(['--help', '-h'])('says what the playground is for %s, and starts nothing', async (option) => {
  const { lines, ended } = play(option);
  expect(await ended).toEqual([0, null]);
  expect(lines[0]).toMatch(/^npm run playground: PostgreSQL, a stand-in for Odoo and the real sidecar/);
  expect(lines.join('\n')).toContain('npm start -- --help');
});

it('refuses options, which would be those of a sidecar, and starts nothing', async () => {
  const { lines, ended } = play('-p', '9000');
  expect(await ended).toEqual([2, null]);
  expect(lines).toEqual([
    "The playground takes no options, and was given '-p'. For the sidecar alone: npm start -- -p",
  ]);
});
