import { fileURLToPath } from 'node:url';
import { MAIN } from '../sidecar/sidecar-command.ts';
import { type Outcome, outcomeOf } from './outcome.ts';

const TSC = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url));
const env = { HOME: '/nonexistent' };

/** Runs a command of the built program, as users do. */
export function webSocketio(args: readonly string[], cwd: string): Promise<Outcome> {
  return outcomeOf(process.execPath, [MAIN, ...args], { cwd, env });
}

/** Checks a project with the compiler of this repository. */
export function tsc(project: string): Promise<Outcome> {
  return outcomeOf(process.execPath, [TSC, '-p', project], { env });
}
