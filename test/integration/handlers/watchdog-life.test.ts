import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { Watchdog } from '../../../sidecar/src/observability/watchdog/watchdog.ts';
import { ModuleSidecar } from '../../support/sidecar/module-sidecar.ts';

const MODULE = `import { execSync } from 'node:child_process';
import { OpenERPNameSpace, SocketIO } from 'web_socketio';
class Mine extends OpenERPNameSpace {
  on_echo(value: unknown) { return value; }
  on_sleep(seconds: number) { execSync('sleep ' + seconds); return 'slept'; }
}
SocketIO.addNamespace('/mine', Mine);
`;

it('names a handler that waits in a call of the system when it comes out, three times, and lives on', async () => {
  const sidecar = await ModuleSidecar.serve(MODULE, { WEB_SOCKETIO_BLOCKED_MS: '400' });
  const [page, other] = [await sidecar.connect('/mine'), await sidecar.connect('/mine')];
  const count = (text: string) => sidecar.log.split(text).length - 1;
  const place = `in on_sleep (${sidecar.addons}/base/socketio/index.ts:5:`;
  for (const times of [1, 2, 3]) {
    expect(await page.emitWithAck('sleep', 5)).toBe('slept');
    await expect
      .poll(() => count(`handler_blocks: It was event 'sleep' of addon 'base', ${place}`))
      .toBe(times);
    await expect.poll(() => count('It goes on.')).toBe(times);
    expect(await other.emitWithAck('echo', times)).toBe(times);
  }
  expect(sidecar.log).not.toContain('watchdog_failed');
});

it('starts its thread again when that has died, and says once why', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'web_socketio-watchdog-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [program, starts] = [join(folder, 'thread.mjs'), join(folder, 'starts')];
  await writeFile(
    program,
    `import { appendFileSync } from 'node:fs';
     appendFileSync(${JSON.stringify(starts)}, 'x');
     throw new Error('I stumbled');`,
  );
  const failures: string[] = [];
  const watchdog = new Watchdog({
    ...{ file: pathToFileURL(program), blockedMs: 400, pid: 1, logFormat: 'odoo', logLevel: 'info' },
    current: () => null,
    failed: (error) => failures.push(error.message),
  });
  onTestFinished(() => watchdog.stop());
  watchdog.start();
  watchdog.start();
  await expect.poll(() => readFile(starts, 'utf8').catch(() => '')).toMatch(/^xxx/);
  expect(failures).toEqual(['I stumbled']);
  await watchdog.stop();
  await watchdog.stop();
});
