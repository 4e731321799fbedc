import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { serverVariables } from '../../support/sidecar/sidecar-command.ts';
import { SidecarProcess } from '../../support/sidecar/sidecar-process.ts';
import { makeAddons, nextEvent, openSocket, outcome } from '../../support/sidecar/test-sidecar.ts';

const version = (name: string) => `
import { OpenERPNameSpace, SocketIO } from 'web_socketio';
SocketIO.addNamespace('/mine', class extends OpenERPNameSpace {
  on_version() { return '${name}'; }
});
`;

/** The names of the programs that a process has started, and that still run. */
async function childrenOf(pid: number): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir('/proc')) {
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const [, name, state, parent] = /\((.*)\) (\S) (\d+)/.exec(stat) ?? [];
    if (Number(parent) === pid && state !== 'Z') found.push(name ?? '');
  }
  return found;
}

it('the process that compiles server modules ends after that, and comes again when one changes', async () => {
  const database = await TestDatabase.create();
  const addons = await makeAddons({ base: version('first') });
  const sidecar = new SidecarProcess({
    ...{ databases: [database.name], args: ['--dev'] },
    env: { ...serverVariables(database.server), WEB_SOCKETIO_ADDONS_PATH: addons },
  });
  onTestFinished(() => sidecar.kill());
  await sidecar.start();
  const connect = async () => {
    const socket = openSocket(`${sidecar.url}/mine`, { db: database.name, token: await database.addToken() });
    expect(await outcome(socket)).toBe(null);
    return socket;
  };
  const children = () => expect.poll(() => childrenOf(sidecar.pid));
  const page = await connect();
  expect(await page.emitWithAck('version')).toBe('first');
  await children().toEqual([]);
  const end = nextEvent(page, 'web_socketio.end');
  await writeFile(join(addons, 'base/socketio/index.ts'), version('second'));
  expect(await end).toMatchObject([{ code: 'module_changed' }]);
  expect(await (await connect()).emitWithAck('version')).toBe('second');
  await children().toEqual([]);
});
