import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MAIN } from './program.ts';

const TSC = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url));

/** How a program ended, and what it said, where results and complaints have to be told apart. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of the built program, as users do. */
export function webSocketio(args: readonly string[], cwd: string): Promise<Outcome> {
  return run([MAIN, ...args], cwd);
}

/** Checks a project with the compiler of this repository. */
export function tsc(project: string): Promise<Outcome> {
  return run([TSC, '-p', project], '/');
}

function run(args: readonly string[], cwd: string): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      args,
      { cwd, env: { HOME: '/nonexistent', PATH: process.env['PATH'] } },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });
}
