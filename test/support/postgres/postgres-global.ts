import type { TestProject } from 'vitest/node';
import { type PostgresAddress, startPostgres } from './postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: PostgresAddress;
  }
}

/** One PostgreSQL 15 for all integration tests; each of them makes databases of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { stop, ...address } = await startPostgres(15);
  project.provide('postgres', address);
  return stop;
}
