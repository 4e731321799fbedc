import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** libpq's variables for one connection. */
export type LibpqVariables = Readonly<Record<string, string>>;

/** Whether this machine has PostgreSQL's own client: libpq itself, to compare with. */
export async function hasPsql(): Promise<boolean> {
  return run('psql', ['--version']).then(
    () => true,
    () => false,
  );
}

/** What libpq answers with nothing but these variables; null if it gets no connection. */
export async function askPsql(env: LibpqVariables, query: string): Promise<string | null> {
  try {
    const { stdout } = await run('psql', ['-X', '-w', '-A', '-t', '-c', query], {
      env: { HOME: '/nonexistent', PATH: process.env['PATH'], ...env },
    });
    return stdout.trim();
  } catch {
    return null;
  }
}
