import { expect, it } from 'vitest';
import { ProgramSidecar } from '../support/program-sidecar.ts';

const MODULE = `import { execFileSync } from 'node:child_process';
import { OpenERPNameSpace, SocketIO } from 'web_socketio';

function spin(ms: number): void {
  const end = Date.now() + ms;
  while (Date.now() < end);
}

class Mine extends OpenERPNameSpace {
  on_echo(value: unknown) { return value; }
  on_spin(ms: number) { spin(ms); return 'spun'; }
  async on_await(ms: number) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const end = Date.now() + ms;
    while (Date.now() < end) await Promise.resolve();
    return 'awaited';
  }
  on_wait(ms: number) { execFileSync('sleep', [String(ms / 1000)]); return 'waited'; }
}
SocketIO.addNamespace('/mine', Mine);
`;

/** The built sidecar, with a page that may block it and one that looks on. */
async function start(env: Readonly<Record<string, string>> = {}) {
  const sidecar = await ProgramSidecar.start(MODULE, { WEB_SOCKETIO_BLOCKED_MS: '400', ...env });
  const log = () => sidecar.log;
  const [page, other] = [await sidecar.connect('/mine'), await sidecar.connect('/mine')];
  let isAnswered = false;
  /** Blocks the process, and hears of it while it is blocked. */
  const block = async (event: string) => {
    isAnswered = false;
    const answer = page.emitWithAck(event, 3_000).finally(() => {
      isAnswered = true;
    });
    await expect.poll(log, { timeout: 20_000, interval: 10 }).toContain('has been blocked for');
    const wasAnswered = isAnswered;
    return { answer: await answer, wasAnswered };
  };
  const file = `${sidecar.addons}/base/socketio/index.ts`;
  return { ...sidecar.program, log, other, block, file };
}

it('names addon, event and line of a handler that blocks the process, while it does', async () => {
  const { log, other, block, file } = await start();
  expect(await block('spin')).toEqual({ answer: 'spun', wasAnswered: false });
  const place = `in spin \\(${file}:(6|7):\\d+\\)`;
  expect(log()).toMatch(
    new RegExp(
      `ERROR \\? web_socketio: handler_blocks: The process has been blocked for \\d\\.\\d s by event 'spin' of addon 'base', ${place}\\. No socket is served\\.`,
    ),
  );
  expect(await other.emitWithAck('echo', 1)).toBe(1);
  await expect.poll(log).toMatch(/handler_blocks: The process was blocked for [3-9]\.\d s\. It goes on\./);
});

it('names one that awaits without ever letting go, in code that runs after an await', async () => {
  const { log, other, block, file } = await start();
  expect(await block('await')).toEqual({ answer: 'awaited', wasAnswered: false });
  expect(log()).toContain("by event 'await' of addon 'base', in ");
  expect(log()).toContain(`${file}:1`);
  expect(await other.emitWithAck('echo', 1)).toBe(1);
});

it('says so if the process stands still in a call that nobody can look into, and lets it go on', async () => {
  const { child, ended, log, other, block } = await start();
  expect(await block('wait')).toEqual({ answer: 'waited', wasAnswered: false });
  expect(log()).toContain('by a call that cannot be looked at');
  expect(await other.emitWithAck('echo', 1)).toBe(1);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

it('writes JSON if the log is JSON', async () => {
  const { log, block } = await start({ WEB_SOCKETIO_LOG_FORMAT: 'json' });
  await block('spin');
  const line = log()
    .split('\n')
    .find((text) => text.includes('has been blocked for'));
  expect(JSON.parse(line ?? '')).toMatchObject({ level: 'ERROR', code: 'handler_blocks' });
});
