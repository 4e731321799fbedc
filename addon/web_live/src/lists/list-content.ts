import type { ShownList } from '../../socketio/protocol.ts';
import type { Content } from '../page/live-view.ts';
import { idsOf, type RecordList } from './same-records.ts';

/** What a list or kanban of Odoo's shows, under Odoo's names. */
export interface ListRoot extends RecordList {
  readonly domain: unknown[];
  readonly context: Record<string, unknown>;
  readonly orderBy: readonly { readonly name: string; readonly asc: boolean }[];
  readonly offset: number;
  readonly limit?: number;
  readonly count: number;
  readonly hasLimitedCount?: boolean;
  readonly isGrouped: boolean;
  readonly recordCount?: number;
  readonly config?: { readonly countLimit?: number };
}

/** @returns it in the form in which the server compares it with what would be shown now */
export function contentOf(root: ListRoot): Content {
  const { domain, context, orderBy, offset, limit, isGrouped } = root;
  const list: ShownList = {
    ...{ domain, context, offset: offset ?? 0, grouped: isGrouped, count: countOf(root) },
    order: (orderBy ?? [])
      // Groups are ordered by it, no records.
      .filter(({ name }) => name !== '__count')
      .map(({ name, asc }) => `${name} ${asc ? 'ASC' : 'DESC'}`)
      .join(', '),
    limit: finite(limit),
    count_limit: isGrouped ? null : finite(root.config?.countLimit),
  };
  return { ids: idsOf(root.records), list };
}

/** As `web_search_read` counts: one more than its limit stands for all that are more. */
function countOf({ isGrouped, recordCount, hasLimitedCount, count, groups }: ListRoot): number {
  if (!isGrouped) return hasLimitedCount ? count + 1 : count;
  return recordCount ?? (groups ?? []).reduce((sum, group) => sum + Number(Reflect.get(group, 'count')), 0);
}

/** Where Odoo has no limit it uses the largest number. */
function finite(limit: number | undefined): number | null {
  return limit === undefined || limit >= Number.MAX_SAFE_INTEGER ? null : limit;
}
