import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { writeFiles } from '../../support/documents/example-addon.ts';
import type { TestDatabase } from '../../support/postgres/test-database.ts';
import { Program } from '../../support/process/program.ts';
import type { WorkerPython } from './worker-pythons.ts';

const MAIN = fileURLToPath(new URL('../stand_in/main.py', import.meta.url));

/** How a worker is started. */
export interface WorkerOptions {
  /** The package above `addons`. */
  readonly root?: 'openerp' | 'odoo';
  /** More options of its command line. */
  readonly args?: readonly string[];
  /** The databases, if it is not one. */
  readonly databases?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Writes addons of one Python file each into a folder, which goes with the test. */
export async function makePythonAddons(addons: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'web_socketio-worker-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [addon, text] of Object.entries(addons)) {
    await writeFiles(join(folder, addon), {
      '__init__.py': 'from . import controller\n',
      'controller.py': text,
      '__manifest__.py': '{}',
    });
  }
  return folder;
}

/** What the stand-in for OpenERP reads. */
export function standInEnv(
  python: WorkerPython,
  { server }: TestDatabase,
  folder: string,
  root: string,
): Record<string, string> {
  const { host, port, user, password } = server;
  return {
    STAND_IN_DSN: `host=${host} port=${port} user=${user} password=${password} dbname=%s`,
    STAND_IN_ROOT: root,
    STAND_IN_FOLDER: folder,
    PYTHONPATH: python.packages,
    PYTHONDONTWRITEBYTECODE: '1',
    // pyenv, where it is what runs Python, looks there for the version.
    HOME: process.env['HOME'] ?? '/nonexistent',
  };
}

/** Starts a real worker, with a stand-in for OpenERP; it stops with the test. @param sidecars with commas */
export function startWorker(
  python: WorkerPython,
  database: TestDatabase,
  folder: string,
  sidecars: string,
  options: WorkerOptions = {},
): Program {
  const { root = 'openerp', args = [], databases = database.name, env = {} } = options;
  const worker = new Program({
    command: python.command,
    args: [MAIN, '-d', databases, '--sidecar', sidecars, ...args],
    env: { ...standInEnv(python, database, folder, root), ...env },
  });
  onTestFinished(() => worker.kill());
  return worker;
}
