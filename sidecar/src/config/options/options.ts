import { LIMITS } from './limit-options.ts';
import type { Option } from './option.ts';
import { POSTGRES } from './postgres-options.ts';
import { RETENTION, SERVER } from './server-options.ts';

/**
 * All options, in the order in which the help and `--check-config` have them. Flags, settings, both of these, the hints for
 * unknown variables, and tests of docs/configuration.md, docker-compose.yml and .env.example are made from it.
 */
export const OPTIONS: readonly Option<unknown>[] = [SERVER, POSTGRES, RETENTION, LIMITS].flatMap((table) =>
  Object.values<Option<unknown>>(table),
);
