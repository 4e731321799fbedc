import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { TestDatabase } from '../support/test-database.ts';

const MAIN = fileURLToPath(new URL('../../sidecar/dist/main.js', import.meta.url));

/** The built program as users run it, with an environment of its own. */
function run(args: string[], env: Record<string, string> = {}): { child: ChildProcess; lines: string[] } {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: '/',
    env: { HOME: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'close');
  });
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    if (input !== null) createInterface({ input }).on('line', (line) => lines.push(line));
  }
  return { child, lines };
}

it('ends with code 2 and one line that says what to do when nothing is configured', async () => {
  const { child, lines } = run([]);
  expect(await once(child, 'close')).toEqual([2, null]);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ ERROR \? web_socketio: database_unnamed: No database is named\. Give -d mydb/,
  );
});

it('ends with code 2 at an unknown option', async () => {
  const { child, lines } = run(['--gevent']);
  expect(await once(child, 'close')).toEqual([2, null]);
  expect(lines).toEqual([expect.stringContaining("option_unknown: unknown option '--gevent'")]);
});

it('starts with the addons of this package, serves, and ends by itself at SIGTERM', async () => {
  const database = await TestDatabase.create();
  const { host, port, user, password } = database.server;
  const { child, lines } = run(['-d', database.name, '-p', '0'], {
    WEB_SOCKETIO_DB_HOST: host,
    WEB_SOCKETIO_DB_PORT: `${port}`,
    WEB_SOCKETIO_DB_USER: user,
    WEB_SOCKETIO_DB_PASSWORD: password,
    WEB_SOCKETIO_OPENERP_URL: 'http://127.0.0.1:1',
  });
  await expect.poll(() => lines.join('\n'), { timeout: 20_000 }).toContain('Connected to PostgreSQL');
  expect(lines.join('\n')).toContain("Add namespace: '/longpolling'");
  expect(lines.join('\n')).not.toContain(password);
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(lines.at(-1)).toContain('Stopped');
});
