import { fileURLToPath } from 'node:url';
import type { Socket } from 'socket.io-client';
import { expect, onTestFailed } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import type { Program } from '../../support/process/program.ts';
import { type TestSettings, TestSidecar } from '../../support/sidecar/test-sidecar.ts';
import { makePythonAddons, startWorker, type WorkerOptions } from './python-worker.ts';
import type { WorkerPython } from './worker-pythons.ts';

const ADDONS = fileURLToPath(new URL('../../../addon', import.meta.url));

/** A database, a sidecar and a linked worker with one addon, `my_addon`. */
export class WorkerStage {
  readonly database: TestDatabase;
  readonly sidecar: TestSidecar;
  readonly worker: Program;
  readonly folder: string;

  private constructor(database: TestDatabase, sidecar: TestSidecar, worker: Program, folder: string) {
    this.database = database;
    this.sidecar = sidecar;
    this.worker = worker;
    this.folder = folder;
  }

  /** @param addon its Python */
  static async open(
    python: WorkerPython,
    addon: string,
    options: WorkerOptions = {},
    settings: TestSettings = {},
  ): Promise<WorkerStage> {
    const database = await TestDatabase.create();
    await database.query(`INSERT INTO ir_module_module (name, state) VALUES ('my_addon', 'installed')`);
    const sidecar = await TestSidecar.start(database, {}, { addonsPath: [ADDONS], ...settings });
    const folder = await makePythonAddons({ my_addon: addon });
    const worker = startWorker(python, database, folder, sidecar.url, options);
    onTestFailed(() => void process.stderr.write(`${sidecar.log}\n${worker.log}\n`));
    await expect.poll(() => worker.log).toContain(`'${database.name}' is linked to the sidecar`);
    return new WorkerStage(database, sidecar, worker, folder);
  }

  /** A page of a user. */
  async page(path: string, uid = 2): Promise<Socket> {
    const { name } = this.database;
    return await this.sidecar.connect(path, name, await this.database.addToken({ uid }));
  }
}

/** What the handler of an event answers, or the refusal. */
export function ask(page: Socket, event: string, ...args: unknown[]): Promise<unknown> {
  return new Promise((resolve) => page.emit(event, ...args, resolve));
}
