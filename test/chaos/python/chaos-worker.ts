import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, onTestFinished } from 'vitest';
import type { TestDatabase } from '../../support/postgres/test-database.ts';
import type { Program } from '../../support/process/program.ts';
import { startWorker } from '../../worker/support/python-worker.ts';
import { readJournal } from '../chaos-sidecar.ts';
import type { Journal } from '../record/journal.ts';

/** The handlers of the suite in Python, and no server module. */
export const PYTHON_ADDONS = fileURLToPath(new URL('addons', import.meta.url));

/** A real Python worker whose handlers keep a journal. It can be started again, and ends with the test. */
export class ChaosWorker {
  readonly #start: () => Program;
  readonly #journals: string;
  #program: Program;

  private constructor(start: () => Program, journals: string) {
    this.#start = start;
    this.#journals = journals;
    this.#program = start();
  }

  /** @param urls of the sidecars. The worker runs in the newest Python that is here */
  static async open(database: TestDatabase, urls: readonly string[]): Promise<ChaosWorker> {
    const python = inject('workerPythons').at(-1);
    if (python === undefined) throw new Error('No Python was found. Install python3.');
    const journals = await mkdtemp(join(tmpdir(), 'web_socketio-chaos-worker-'));
    onTestFinished(() => rm(journals, { recursive: true, force: true }));
    const options = { root: 'odoo', env: { CHAOS_JOURNAL: journals } } as const;
    const start = () => startWorker(python, database, PYTHON_ADDONS, urls.join(','), options);
    const worker = new ChaosWorker(start, journals);
    await worker.linked(urls.length);
    return worker;
  }

  /** Waits until it has so many links. */
  async linked(links: number): Promise<void> {
    const { lines } = this.#program;
    await this.#program.waitForLine(/is linked/);
    await expect
      .poll(() => lines.filter((line) => line.includes('is linked')).length)
      .toBeGreaterThanOrEqual(links);
  }

  start(): void {
    this.#program = this.#start();
  }

  /** Ends it without a chance to say goodbye. */
  async kill(): Promise<void> {
    await this.#program.kill();
  }

  /** Ends it as service managers do. */
  async stop(): Promise<void> {
    await this.#program.stop();
  }

  get log(): string {
    return this.#program.log;
  }

  /** What its handlers wrote down, of every process so far. */
  journal(): Promise<Journal> {
    return readJournal(this.#journals);
  }
}
