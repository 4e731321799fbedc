import { onTestFinished } from 'vitest';
import { MAIN } from '../sidecar/sidecar-command.ts';
import { Program } from './program.ts';

/** Runs a program with an environment of its own, and ends it with the test. */
export function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = '/',
): Program {
  const program = new Program({ command, args, env: { HOME: '/nonexistent', ...env }, cwd });
  onTestFinished(() => program.kill());
  return program;
}

/** The built sidecar as users run it. */
export function runSidecar(args: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
  return run(process.execPath, [MAIN, ...args], env);
}
