import { execFile } from 'node:child_process';

/** How a program ended, and what it said, where results and complaints have to be told apart. */
export interface Outcome {
  /** NaN if it could not be started, or was ended by a signal. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface OutcomeOptions {
  readonly cwd?: string;
  /** The whole environment but PATH; nothing is inherited. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end. {@link Program} is for those that are looked at while they run. */
export function outcomeOf(
  program: string,
  args: readonly string[],
  { cwd = '/', env = {} }: OutcomeOptions = {},
): Promise<Outcome> {
  const options = { cwd, env: { PATH: process.env['PATH'], ...env }, maxBuffer: 2 ** 28 };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code ?? Number.NaN);
      resolve({ code, stdout, stderr: Number.isNaN(code) ? `${error}` : stderr });
    });
  });
}
