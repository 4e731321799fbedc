import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { PostgresAddress } from '../postgres/postgres.ts';

/** The built sidecar. */
export const MAIN = fileURLToPath(new URL('../../../sidecar/dist/main.js', import.meta.url));

/** A program that runs, and what it has written so far. */
export interface Program {
  readonly child: ChildProcess;
  readonly lines: string[];
  /** Its exit code and the signal that ended it, when all that it wrote has been read. */
  readonly ended: Promise<unknown[]>;
}

/** Runs a program with an environment of its own, and ends it with the test. */
export function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = '/',
): Program {
  const child = spawn(command, args, {
    cwd,
    env: { HOME: '/nonexistent', PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended.catch(() => undefined);
  });
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => lines.push(line));
  }
  return { child, lines, ended };
}

/** The built sidecar as users run it. */
export function runSidecar(args: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
  return run(process.execPath, [MAIN, ...args], env);
}

/** The variables by which a sidecar finds a server of the tests; there is no OpenERP. */
export function serverVariables({ host, port, user, password }: PostgresAddress): Record<string, string> {
  return {
    WEB_SOCKETIO_DB_HOST: host,
    WEB_SOCKETIO_DB_PORT: `${port}`,
    WEB_SOCKETIO_DB_USER: user,
    WEB_SOCKETIO_DB_PASSWORD: password,
    WEB_SOCKETIO_ODOO_URL: 'http://127.0.0.1:1',
  };
}
