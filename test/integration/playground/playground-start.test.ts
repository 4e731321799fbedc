import { once } from 'node:events';
import { existsSync, realpathSync } from 'node:fs';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { MAJOR } from '../../../sidecar/playground/postgres/postgres.ts';
import { Seat } from '../../support/browser/seat.ts';
import { makeClone } from '../../support/process/clone.ts';
import { PlaygroundProcess } from '../../support/process/playground-process.ts';
import { processesOf } from '../../support/process/process-list.ts';

/** The `npm` of this machine. */
function npmProgram(): string {
  const found = (process.env['PATH'] ?? '')
    .split(':')
    .map((folder) => join(folder, 'npm'))
    .find(existsSync);
  if (found === undefined) throw new Error('There is no npm on the PATH.');
  return realpathSync(found);
}

/** Holds a port until the test has finished. @returns false if somebody else has it */
async function occupy(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  onTestFinished(() => void server.close());
  return true;
}

it('takes other ports where the usual ones are taken', async () => {
  const held: number[] = [];
  // What somebody else has, such as a real Odoo or the playground of another test, is taken as well, and may be free again.
  for (const port of [8068, 8069, 15432]) if (await occupy(port)) held.push(port);
  const playground = new PlaygroundProcess(await makeClone());
  const url = await playground.url();
  const used = [...playground.log.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
  expect(used.length).toBeGreaterThanOrEqual(3);
  expect(used.filter((port) => held.includes(port))).toEqual([]);
  const anna = await Seat.take(url, '/left');
  await expect.poll(() => anna.socket.connected).toBe(true);
});

/** A server module of the clone that does something when the sidecar loads it. */
async function addModule(clone: string, text: string): Promise<void> {
  await mkdir(join(clone, 'addon/mine/socketio'), { recursive: true });
  await writeFile(join(clone, 'addon/mine/__manifest__.py'), '{}');
  await writeFile(join(clone, 'addon/mine/socketio/index.ts'), text);
}

it('takes another port if somebody takes that of the sidecar just before it', async () => {
  const clone = await makeClone();
  const flag = JSON.stringify(join(clone, 'taken'));
  await addModule(
    clone,
    `
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
const server = createServer();
// Somebody else may have been quicker still, such as the playground of another test.
server.on('error', () => undefined);
if (!existsSync(${flag})) server.listen(Number(process.env['WEB_SOCKETIO_PORT']), '127.0.0.1');
writeFileSync(${flag}, '');`,
  );
  const playground = new PlaygroundProcess(clone);
  const anna = await Seat.take(await playground.url(), '/left');
  await expect.poll(() => anna.socket.connected).toBe(true);
  expect(playground.log).not.toContain('port_unusable');
});

it('says in one line that the sidecar does not start', async () => {
  const clone = await makeClone();
  await addModule(clone, 'process.exit(3);');
  const { ended, lines } = new PlaygroundProcess(clone);
  expect(await ended).toEqual([2, null]);
  expect(lines).toEqual(['The sidecar does not start. The sidecar has ended: code 3.']);
});

it.each([
  [
    'another version',
    (folder: string) => writeFile(join(folder, 'postgres/data/PG_VERSION'), '9\n'),
    new RegExp(
      `^The folder '.*postgres' holds data of PostgreSQL 9, and the playground runs PostgreSQL ${MAJOR}\\. Remove that folder to begin anew\\.$`,
    ),
  ],
  [
    'no version',
    (folder: string) => rm(join(folder, 'postgres/data/PG_VERSION')),
    /holds data without a version \(ENOENT\).*Remove that folder/,
  ],
  [
    'a file where its folder should be',
    async (folder: string) => {
      await rm(folder, { recursive: true });
      await writeFile(folder, '');
    },
    /^'.*\.playground' cannot be used \(EEXIST\)\. .* let this user write there, or remove it\.$/,
  ],
  [
    'a place where no data can be',
    async (folder: string) => {
      await rm(join(folder, 'postgres'), { recursive: true });
      await symlink('/dev/full', join(folder, 'postgres'));
    },
    /^'.*\.playground\/postgres' cannot be used \(EEXIST\)\. .* let this user write there, or remove it\.$/,
  ],
])('says in one line what to do about %s', async (_, damage, line) => {
  const clone = await makeClone();
  await mkdir(join(clone, '.playground/postgres/data'), { recursive: true });
  await writeFile(join(clone, '.playground/postgres/data/PG_VERSION'), `${MAJOR}\n`);
  await damage(join(clone, '.playground'));
  const { ended, lines } = new PlaygroundProcess(clone);
  expect(await ended).toEqual([2, null]);
  expect(lines).toEqual([expect.stringMatching(line)]);
});

it('says in one line that a program is missing which it needs', async () => {
  const clone = await makeClone();
  const programs = join(clone, 'programs');
  await mkdir(programs);
  await symlink(process.execPath, join(programs, 'node'));
  await symlink('/bin/sh', join(programs, 'sh'));
  const PATH = `${programs}:${join(clone, 'node_modules/.bin')}`;
  await symlink(npmProgram(), join(programs, 'npm'));
  const { ended, lines } = new PlaygroundProcess(clone, [], { PATH });
  expect(await ended).toEqual([2, null]);
  expect(lines).toEqual([
    expect.stringMatching(
      new RegExp(`^PostgreSQL ${MAJOR} cannot make its data in '.*postgres'\\. .*setpriv ENOENT$`),
    ),
  ]);
});

it('begins anew after it was killed while it made its data, and takes a lock that nobody holds', async () => {
  const clone = await makeClone();
  await mkdir(join(clone, '.playground/postgres/draft/data'), { recursive: true });
  await writeFile(join(clone, '.playground/postgres/draft/data/PG_VERSION'), `${MAJOR}\n`);
  // This process lives, and began at another time.
  await writeFile(join(clone, '.playground/lock'), JSON.stringify({ pid: process.pid, began: '1' }));
  await new PlaygroundProcess(clone).url();
});

it.each([
  [
    'a flag',
    ['-d', 'mydb', '--port=http'],
    {},
    'Configured by -d and --port: starting the sidecar alone. For the playground: npm run playground',
  ],
  [
    'a variable',
    [],
    { WEB_SOCKETIO_PORT: 'http' },
    'Configured by WEB_SOCKETIO_PORT: starting the sidecar alone. For the playground: npm run playground',
  ],
] as [string, string[], Record<string, string>, string][])(
  'starts the sidecar alone when it is configured by %s, says so, and ends with its exit code',
  async (_, args, env, line) => {
    const { ended, lines } = new PlaygroundProcess(await makeClone(), args, env);
    expect(await ended).toEqual([2, null]);
    expect(lines).toEqual([line, expect.stringContaining("option_invalid: Invalid port 'http' in ")]);
  },
);

it('looks into .env, and into the configuration file of Odoo', async () => {
  const clone = await makeClone();
  await writeFile(join(clone, '.env'), 'WEB_SOCKETIO_LOG_FORMAT=xml\n');
  await writeFile(join(clone, '.odoorc'), '[options]\n');
  const { ended, lines } = new PlaygroundProcess(clone);
  expect(await ended).toEqual([2, null]);
  expect(lines[0]).toBe(
    `Configured by WEB_SOCKETIO_LOG_FORMAT and ${join(clone, '.odoorc')}: starting the sidecar alone. For the playground: npm run playground`,
  );
});

it('answers --help as the sidecar does, and passes signals on to it', async () => {
  const clone = await makeClone();
  const help = new PlaygroundProcess(clone, ['--help']);
  expect(await help.ended).toEqual([0, null]);
  expect(help.lines[0]).toBe('Usage: web_socketio [options] [command]');
  const alone = new PlaygroundProcess(clone, ['-d', 'mydb', '-p', '0'], { WEB_SOCKETIO_DB_PORT: '1' });
  await expect.poll(() => alone.log).toContain('Listening on');
  // Not a terminal, which would tell the sidecar, too.
  const start = (await processesOf(clone)).find(({ command }) =>
    /^\S*node .*playground\/main\.ts/.test(command),
  );
  process.kill(start?.pid ?? 0, 'SIGTERM');
  expect(await alone.ended).toEqual([0, null]);
  await expect.poll(() => alone.log).toContain('Stopped');
  await expect.poll(() => processesOf(clone)).toEqual([]);
});
