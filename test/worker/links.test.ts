import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { TestDatabase } from '../support/postgres/test-database.ts';
import { makePythonAddons, startWorker } from './support/python-worker.ts';
import { ScriptedSidecar } from './support/scripted-sidecar.ts';

describe.each(inject('workerPythons'))('In Python $version', (python) => {
  it('a worker links to each address that a name has, and looks for those that come and go', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'web_socketio-links-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const addresses = join(folder, 'sidecars');
    const database = await TestDatabase.create();
    const first = await ScriptedSidecar.start(database);
    const { port } = new URL(first.url);
    const second = await ScriptedSidecar.start(database, '127.0.0.2', Number(port));
    const third = await ScriptedSidecar.start(database, '127.0.0.3', Number(port));

    await writeFile(addresses, '127.0.0.1 127.0.0.2');
    const worker = startWorker(python, database, await makePythonAddons({}), `http://sidecars:${port}`, {
      env: { STAND_IN_SIDECARS: addresses },
    });
    for (const sidecar of [first, second]) await sidecar.next('hello');
    expect(third.of('hello')).toEqual([]);

    await writeFile(addresses, '127.0.0.2 127.0.0.3');
    second.stop();
    await third.next('hello');
    // The name has another address, but who is still linked there stays so.
    expect(first.of('hello')).toHaveLength(1);
    expect(first.sockets[0]?.destroyed).toBe(false);

    await writeFile(addresses, '');
    await expect
      .poll(() => worker.log)
      .toContain(`link_unreachable: no link of '${database.name}' to the sidecar at 127.0.0.2`);
    expect(third.sockets[0]?.destroyed).toBe(false);
  });
});
