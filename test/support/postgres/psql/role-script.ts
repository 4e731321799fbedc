import { fileURLToPath } from 'node:url';
import { requireProgram } from '../../process/installed.ts';
import { outcomeOf } from '../../process/outcome.ts';
import type { PostgresAddress } from '../postgres.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const PSQL = here('../../../../.cache/pgbouncer/psql');
const SCRIPT = here('../../../../addon/web_socketio/data/sidecar_role.sql');

/** How psql ended, and what it wrote. */
export interface RoleScript {
  readonly code: number;
  readonly text: string;
}

/**
 * Makes the role with few rights by psql, as docs/operations.md says to.
 * @param search the search_path, unless it is to be the usual one
 */
export async function runRoleScript(
  { host, port, user, password }: PostgresAddress,
  database: string,
  role: string,
  search?: string,
): Promise<RoleScript> {
  const psql = await requireProgram(PSQL);
  const { code, stdout, stderr } = await outcomeOf(
    psql,
    ['-d', database, '-v', `role=${role}`, '-f', SCRIPT],
    {
      env: {
        ...{ PGHOST: host, PGPORT: `${port}`, PGUSER: user, PGPASSWORD: password },
        ...(search === undefined ? {} : { PGOPTIONS: `-c search_path=${search}` }),
      },
    },
  );
  return { code, text: stdout + stderr };
}
