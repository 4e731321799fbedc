import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { TestDatabase } from '../support/postgres/test-database.ts';
import type { Program } from '../support/process/program.ts';
import { run } from '../support/process/run.ts';
import { TestSidecar } from '../support/sidecar/test-sidecar.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const PACKAGES = here('../../.cache/python-client/packages');

const MODULE = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class Work extends AbstractAdapter {
  static channel = 'work';
}
class Mine extends OpenERPNameSpace {
  recvConnect() {
    this.spawn('work', 'web_socketio_demo', async () => {
      for await (const messages of this.messages(Work)) await this.secureEmit(Work, 'work', messages);
    });
  }
  on_echo(text, bytes) { return [text, bytes.length]; }
}
SocketIO.addNamespace('/mine', Mine);
`;
const PATIENT = { timeout: 60_000 };

async function start() {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, { web_socketio_demo: MODULE });
  await expect.poll(() => sidecar.log, PATIENT).toContain('Connected to PostgreSQL');
  const open = (token: string, transport: string) =>
    run('python3', [here('page.py'), sidecar.url, database.name, token, transport], {
      ...{ PYTHONPATH: PACKAGES, PYTHONDONTWRITEBYTECODE: '1' },
      // pyenv, where it is what runs Python, looks there for the version.
      HOME: process.env['HOME'] ?? '/nonexistent',
    });
  return { database, sidecar, open };
}

const said = ({ lines }: Program): unknown[] => lines.map((line) => JSON.parse(line));

it.each(['websocket', 'polling'])(
  'python-socketio is served over %s, and acknowledges',
  async (transport) => {
    const { database, sidecar, open } = await start();
    const page = open(await database.addToken({ uid: 7 }), transport);
    await expect.poll(() => said(page), PATIENT).toEqual([['answered', ['ä — 🎉', 2]]]);
    await database.insert('work', { task: 'ä — 🎉' });
    // Refused once, it is offered again, and confirmed is gone.
    const work = ['work', [{ task: 'ä — 🎉' }]];
    await expect.poll(() => said(page).slice(1), PATIENT).toEqual([work, work]);
    await expect
      .poll(() => database.query(`SELECT 1 FROM web_socketio_message WHERE channel = 'work'`), PATIENT)
      .toEqual([]);
    expect(sidecar.log).toContain('(no_paper)');
  },
);

it('python-socketio is shown the code of a refusal', async () => {
  const { open } = await start();
  const page = open('stolen', 'websocket');
  await expect.poll(() => said(page), PATIENT).toEqual([['refused', 'token_unknown']]);
});
