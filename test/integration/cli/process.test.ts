import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { freePort } from '../../support/process/free-port.ts';
import { run, runSidecar } from '../../support/process/run.ts';
import { MAIN, serverVariables } from '../../support/sidecar/sidecar-command.ts';
import { makeAddons } from '../../support/sidecar/test-sidecar.ts';

/** The HTTP server never says that it is closed. */
const UNSTOPPABLE = `import { Server } from 'node:http';\nServer.prototype.close = function () { return this; };\n`;

it('ends with code 2 and one line that says what to do when nothing is configured', async () => {
  const { ended, lines } = runSidecar([]);
  expect(await ended).toEqual([2, null]);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ ERROR \? web_socketio: database_unnamed: No database is named\. Give -d mydb/,
  );
});

it('ends with code 2 at an unknown option', async () => {
  const { ended, lines } = runSidecar(['--gevent']);
  expect(await ended).toEqual([2, null]);
  expect(lines).toEqual([expect.stringContaining("option_unknown: unknown option '--gevent'")]);
});

it('ends with code 0 when it is asked for help or its version', async () => {
  const help = runSidecar(['--help']);
  const version = runSidecar(['--version']);
  expect(await help.ended).toEqual([0, null]);
  expect(help.lines[0]).toBe('Usage: web_socketio [options] [command]');
  expect(await version.ended).toEqual([0, null]);
  expect(version.lines).toEqual([expect.stringMatching(/^web_socketio \d+\.\d+\.\d+/)]);
});

it('runs for a user who has neither a name nor a home folder, as in containers', async () => {
  // Only root can become another user; the clone may lie where none but root may read.
  const capable = [
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--securebits=+no_setuid_fixup',
  ];
  const become = ['--reuid=64500', '--regid=64500', '--clear-groups', ...capable];
  const isRoot = process.getuid?.() === 0;
  const { ended, lines } = run('env', [
    ...['-u', 'HOME', ...(isRoot ? ['setpriv', ...become] : [])],
    ...[process.execPath, MAIN],
  ]);
  expect(await ended).toEqual([2, null]);
  expect(lines).toEqual([expect.stringContaining('database_unnamed')]);
});

it('writes its log as JSON when it is asked to, from the first line on', async () => {
  const { ended, lines } = runSidecar(['--log-format', 'json'], { WEB_SOCKETIO_PORT: 'http' });
  expect(await ended).toEqual([2, null]);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      level: 'ERROR',
      pid: expect.any(Number),
      db: null,
      code: 'option_invalid',
      message: expect.stringContaining("Invalid port 'http' in"),
    },
  ]);
});

it('writes what is as grave as --log-level says, and nothing less', async () => {
  const database = await TestDatabase.create();
  const variables = { ...serverVariables(database.server), WEB_SOCKETIO_LOG_LEVEL: 'warn' };
  const port = `${await freePort()}`;
  const { child, lines, ended } = runSidecar(['-d', `${database.name},elsewhere`, '-p', port], variables);
  await expect.poll(() => lines.join('\n')).toContain('database_missing');
  await expect
    .poll(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).text())
    .toContain('"database_missing"');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(lines.filter((line) => !/ (WARNING|ERROR) /.test(line))).toEqual([]);
});

it('starts with the addons of this package, serves, and ends by itself at SIGTERM', async () => {
  const database = await TestDatabase.create();
  const { child, lines, ended } = runSidecar(['-d', database.name, '-p', '0'], {
    ...serverVariables(database.server),
    WEB_SOCKETIO_DATABSE: 'another',
  });
  await expect.poll(() => lines.join('\n')).toContain('Connected to PostgreSQL');
  expect(lines[0]).toContain(
    'WARNING ? web_socketio: option_unknown: Unknown variable WEB_SOCKETIO_DATABSE. Did you mean WEB_SOCKETIO_DATABASE?',
  );
  expect(lines.join('\n')).toContain("Add namespace: '/longpolling'");
  expect(lines.join('\n')).not.toContain(database.server.password);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(lines.at(-1)).toContain('Stopped');
});

it('ends with code 2 when its port is taken, whatever server modules have left open', async () => {
  const database = await TestDatabase.create();
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  onTestFinished(() => void taken.close());
  const address = taken.address();
  const port = typeof address === 'object' ? `${address?.port}` : '';
  const { ended, lines } = runSidecar(['-d', database.name, '-p', port], {
    ...serverVariables(database.server),
    WEB_SOCKETIO_ADDONS_PATH: await makeAddons({ base: 'setInterval(() => undefined, 1_000);' }),
  });
  expect(await ended).toEqual([2, null]);
  expect(lines.at(-1)).toContain(`port_unusable: Cannot listen on 127.0.0.1:${port}: EADDRINUSE`);
});

it.each(['*', 'http://127.0.0.1', '192.0.2.1'])('says that %s is no address to listen on', async (host) => {
  const { ended, lines } = runSidecar(['-d', 'mydb', '-p', '0', '-i', host]);
  expect(await ended).toEqual([2, null]);
  expect(lines.at(-1)).toMatch(/port_unusable: Cannot listen on .*: (ENOTFOUND|EADDRNOTAVAIL|EAI_AGAIN)\. /);
  expect(lines.at(-1)).toContain(
    `'${host}' is not an address of this machine: give -i one, such as 127.0.0.1`,
  );
});

it('ends with code 1 when something does not end in time', async () => {
  const database = await TestDatabase.create();
  const { child, lines, ended } = runSidecar(['-d', database.name, '-p', '0'], {
    ...serverVariables(database.server),
    WEB_SOCKETIO_ADDONS_PATH: await makeAddons({ base: UNSTOPPABLE }),
    WEB_SOCKETIO_DRAIN_SECONDS: '0',
  });
  await expect.poll(() => lines.join('\n')).toContain('Connected to PostgreSQL');
  child.kill('SIGTERM');
  expect(await ended).toEqual([1, null]);
  expect(lines.join('\n')).toContain('stop_timeout: Not everything ended within 17 s.');
});
