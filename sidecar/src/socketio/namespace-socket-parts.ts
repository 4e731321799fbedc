import type { NameSpaceHost } from '../api/host.ts';
import type { Declaration, Registry } from '../api/registry.ts';
import type { NamespaceCounts } from '../observability/counts/namespace-counts.ts';
import type { Log } from '../observability/log.ts';
import type { Refusals } from './client/refusals.ts';
import type { EventLimits } from './limits/event-limit.ts';

/** What all sockets of a server share. */
export interface NameSpaceSocketParts {
  readonly registry: Pick<Registry, 'adapters'>;
  readonly limits: EventLimits;
  readonly log: Log;
  readonly refusals: Pick<Refusals, 'tell'>;
}

/** A namespace, with what is counted of it in one database. */
export interface Counted {
  readonly declaration: Declaration;
  readonly counts: NamespaceCounts;
}

export type WatchedArguments = Parameters<NameSpaceHost['listenToWatched']>;
