import { onTestFinished } from 'vitest';
import { SidecarPool } from '../../../sidecar/src/postgres/connect/pool.ts';
import { dialPatiently } from './dial-patiently.ts';
import type { TestDatabase } from './test-database.ts';

/** The sidecar's pool, which says how many connections were opened for it; it is closed when the test has finished. */
export function openCountedPool({ server, name }: TestDatabase) {
  let dialled = 0;
  const connect = () => {
    dialled += 1;
    return dialPatiently(server, name);
  };
  const pool = new SidecarPool({ database: name, connect });
  pool.open(async () => undefined);
  onTestFinished(() => pool.end());
  return { pool, dialled: () => dialled };
}
