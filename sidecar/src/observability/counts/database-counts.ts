import { CallCounts } from './call-counts.ts';
import { CodeTally } from './code-tally.ts';
import type { DatabaseCount } from './database-count.ts';
import { Durations } from './durations.ts';
import { LeaseCounts } from './lease-counts.ts';
import { type Describing, NamespaceCounts } from './namespace-counts.ts';
import { PageCounts } from './page-counts.ts';
import { Tally } from './tally.ts';

/** Why a page was told to load its data again. */
export type ResyncReason = 'epoch' | 'position' | 'retention' | 'overflow' | 'attempts' | 'other';

const RESYNC_REASONS: ReadonlySet<string> = new Set<ResyncReason>([
  ...(['epoch', 'position', 'retention', 'overflow', 'attempts'] as const),
]);

/**
 * What is counted of one database, in plain numbers: whoever counts is on the way of a message, and whoever asks, such as
 * the metrics, is not. So nothing here knows who asks.
 */
export class DatabaseCounts {
  readonly db: string;
  readonly totals = new Tally<DatabaseCount>();
  readonly pages = new PageCounts();
  /** By their paths: those that are declared. */
  readonly nameSpaces = new Map<string, NamespaceCounts>();
  /** Handshakes that were refused, by code. */
  readonly refusals = new CodeTally();
  /** Times that a page was told to load its data again. */
  readonly resyncs = new Tally<ResyncReason>();
  /** Times that a page came back and was given what it missed, or was told why that cannot be known. */
  readonly replays = new Tally<ResyncReason | 'complete'>();
  /** Commit to emission, by the mode of the channel. */
  readonly emitted = { each: new Durations(), queue: new Durations() };
  readonly calls = new CallCounts();
  readonly leases = new LeaseCounts();

  constructor(db: string) {
    this.db = db;
  }

  count(name: DatabaseCount, by = 1): void {
    this.totals.add(name, by);
  }

  /** One namespace. @param describing what it declares now */
  nameSpace(path: string, describing: Describing): NamespaceCounts {
    let counts = this.nameSpaces.get(path);
    if (counts === undefined) {
      counts = new NamespaceCounts(path, describing);
      this.nameSpaces.set(path, counts);
    }
    counts.describing = describing;
    return counts;
  }

  /** A page came back. @param result what it had missed, or why that cannot be known @returns the same */
  replayed<
    Result extends { readonly replay: { readonly entries: readonly unknown[] } } | { gap: ResyncReason },
  >(result: Result): Result {
    this.replays.add('gap' in result ? result.gap : 'complete');
    if ('replay' in result) this.count('replayed', result.replay.entries.length);
    return result;
  }

  /** @param reason as the page is told it */
  resynced(reason: string): void {
    this.resyncs.add(isResyncReason(reason) ? reason : 'other');
  }
}

function isResyncReason(reason: string): reason is ResyncReason {
  return RESYNC_REASONS.has(reason);
}
