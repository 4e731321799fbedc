import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { freePort } from '../../support/process/free-port.ts';
import { runSidecar } from '../../support/process/run.ts';
import { ModuleSidecar } from '../../support/sidecar/module-sidecar.ts';
import { serverVariables } from '../../support/sidecar/sidecar-command.ts';
import { makeAddons, openSocket, outcome } from '../../support/sidecar/test-sidecar.ts';

/** Handlers that block until there is a file; they look for it now and then, and so are seldom found in Node's own code. */
const MODULE = `import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { OpenERPNameSpace, SocketIO } from 'web_socketio';

function spin(path: string): void {
  for (let turn = 1; turn % 5_000_000 > 0 || !existsSync(path); turn += 1);
}

class Mine extends OpenERPNameSpace {
  on_echo(value: unknown) { return value; }
  on_spin(path: string) { spin(path); return 'spun'; }
  async on_await(path: string) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    for (let turn = 1; turn % 100_000 > 0 || !existsSync(path); turn += 1) await Promise.resolve();
    return 'awaited';
  }
  on_wait(path: string) { execFileSync('sh', ['-c', 'until [ -e "$0" ]; do sleep 0.05; done', path]); return 'waited'; }
}
SocketIO.addNamespace('/mine', Mine);
`;

/** The built sidecar, with a page that may block it and one that looks on. */
async function start(env: Readonly<Record<string, string>> = {}) {
  const sidecar = await ModuleSidecar.serve(MODULE, { WEB_SOCKETIO_BLOCKED_MS: '400', ...env });
  const log = () => sidecar.log;
  const [page, other] = [await sidecar.connect('/mine'), await sidecar.connect('/mine')];
  /**
   * Blocks the process until its log has a text: the handler goes on then. A busy machine may need more than a second until
   * it shows what blocks; the watchdog says that nobody can look, and names the handler in a line of its own later.
   *
   * @returns the answer of the handler
   */
  const block = async (event: string, text: string) => {
    const path = join(sidecar.addons, 'go-on');
    const answer = page.emitWithAck(event, path);
    await expect.poll(log, { interval: 10 }).toContain(text);
    await writeFile(path, '');
    return await answer;
  };
  const file = `${sidecar.addons}/base/socketio/index.ts`;
  return { program: sidecar.program, log, other, block, file };
}

it('names addon, event and line of a handler that blocks the process, while it does', async () => {
  const { log, other, block, file } = await start();
  expect(await block('spin', "event 'spin' of addon 'base', in ")).toBe('spun');
  const place = `in spin \\(${file}:6:\\d+\\)`;
  expect(log()).toMatch(
    new RegExp(
      `ERROR \\? web_socketio: handler_blocks: (The process has been blocked for \\d+\\.\\d s by|It was) event 'spin' of addon 'base', ${place}`,
    ),
  );
  expect(await other.emitWithAck('echo', 1)).toBe(1);
  await expect.poll(log).toMatch(/handler_blocks: The process was blocked for \d+\.\d s\. It goes on\./);
});

it('names one that awaits without ever letting go, in code that runs after an await', async () => {
  const { log, other, block, file } = await start();
  expect(await block('await', "event 'await' of addon 'base', in ")).toBe('awaited');
  expect(log()).toContain(`${file}:1`);
  expect(await other.emitWithAck('echo', 1)).toBe(1);
});

it('says so if the process stands still in a call that nobody can look into, and lets it go on', async () => {
  const { program, other, block } = await start();
  expect(await block('wait', 'by a call that cannot be looked at')).toBe('waited');
  expect(await other.emitWithAck('echo', 1)).toBe(1);
  program.signal('SIGTERM');
  expect(await program.ended).toEqual([0, null]);
});

it('writes nothing from its thread that is less grave than --log-level says', async () => {
  const database = await TestDatabase.create();
  const [port, addons] = [await freePort(), await makeAddons({ base: MODULE })];
  const variables = { WEB_SOCKETIO_BLOCKED_MS: '400', WEB_SOCKETIO_ADDONS_PATH: addons };
  const args = ['-d', database.name, '-p', `${port}`, '--log-level', 'error'];
  const program = runSidecar(args, { ...serverVariables(database.server), ...variables });
  const page = openSocket(`http://127.0.0.1:${port}/mine`, {
    ...{ db: database.name, token: await database.addToken() },
  });
  await expect.poll(() => outcome(page)).toBeNull();
  // By the second time, what is said after the first has been said.
  for (const name of ['first', 'second']) {
    const path = join(addons, name);
    const answer = page.emitWithAck('spin', path);
    const lines = program.logLength;
    await expect.poll(() => program.logSince(lines), { interval: 10 }).toContain('handler_blocks');
    await writeFile(path, '');
    expect(await answer).toBe('spun');
  }
  expect(program.lines.filter((line) => !line.includes(' ERROR '))).toEqual([]);
});

it('writes JSON if the log is JSON', async () => {
  const { log, block } = await start({ WEB_SOCKETIO_LOG_FORMAT: 'json' });
  await block('spin', 'has been blocked for');
  const line = log()
    .split('\n')
    .find((text) => text.includes('has been blocked for'));
  expect(JSON.parse(line ?? '')).toMatchObject({ level: 'ERROR', code: 'handler_blocks' });
});
