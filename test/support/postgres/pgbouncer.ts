import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serverOwner } from '../../../sidecar/playground/processes/ordinary-user.ts';
import { requireProgram } from '../process/installed.ts';
import { makeServerFolder } from '../process/server-folder.ts';
import { launchServer } from '../process/server-launch.ts';
import type { PostgresAddress, PostgresServer } from './postgres.ts';

const PROGRAM = fileURLToPath(new URL('../../../.cache/pgbouncer/pgbouncer', import.meta.url));

export interface PgBouncerOptions {
  readonly mode: 'session' | 'transaction' | 'statement';
  /** Server connections of each database. */
  readonly poolSize?: number;
  /** More lines of its configuration. */
  readonly more?: string;
}

/** PgBouncer in front of a server, with the same role. Whoever starts it stops it. */
export async function startPgBouncer(
  { host, port: serverPort, user, password }: PostgresAddress,
  { mode, poolSize = 20, more = '' }: PgBouncerOptions,
): Promise<PostgresServer> {
  const command = await requireProgram(PROGRAM);
  const folder = await makeServerFolder('pgbouncer');
  const config = join(folder.path, 'pgbouncer.ini');
  const users = join(folder.path, 'users.txt');
  await writeFile(users, `"${user}" "${password}"\n`, { mode: 0o600 });
  if (serverOwner !== undefined) await chown(users, serverOwner, serverOwner);
  try {
    const { server, port } = await launchServer(async (port) => {
      await writeFile(
        config,
        `[databases]
* = host=${host} port=${serverPort}
[pgbouncer]
listen_addr = ${host}
listen_port = ${port}
unix_socket_dir =
auth_type = md5
auth_file = ${users}
pool_mode = ${mode}
default_pool_size = ${poolSize}
max_client_conn = 500
${more}
`,
      );
      return { command, args: [config], cwd: folder.path, stopSignal: 'SIGINT' as const };
    }, /process up/);
    return { host, port, user, password, stop: () => server.stop().finally(folder.remove) };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}
