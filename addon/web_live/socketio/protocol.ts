// What pages and the server module of web_live say to each other. Both import it, so it uses neither Node nor the DOM.

/** What a page shows, in one view. Sent by `subscribe('view', shown)`, again with a higher version after each load of the view. */
export interface Shown {
  /** Of this view, unique in the page. */
  readonly view: number;
  /** Counts up with each load; the stop event of an older version changes nothing. */
  readonly version: number;
  readonly model: string;
  /** At most 1,000: record ids that are on the screen. */
  readonly ids: readonly number[];
  /**
   * Milliseconds since the load that showed them began. A getter, since `subscribe` sends the same object again after a
   * reconnection.
   */
  readonly age: number;
  /** The last mark that the page had when that load began: what came before it was loaded. */
  readonly mark?: string;
  /** This version was answered before, over an earlier connection: changes of the records shown are replayed. */
  readonly again?: boolean;
  /** Odoo's context of the view, which has the companies chosen there. That of a list is in `list`. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** A list or kanban: what else may come to show. A form has none; it has presence instead. */
  readonly list?: ShownList;
}

export interface ShownList {
  domain: unknown[];
  context: Record<string, unknown>;
  order: string;
  offset: number;
  limit: number | null;
  count_limit: number | null;
  grouped: boolean;
  count: number;
}

/** The answer: `stale` if something may have changed since the load began, so load once more. */
export interface ViewAnswer {
  live: boolean;
  stale: boolean;
  /** If it is stale: load within so many milliseconds, at random. */
  spread: number;
  mark: string;
}

/** Event `changed`, by secureEmit, a list of: */
export interface Change {
  model: string;
  op: 'create' | 'write' | 'unlink' | 'many' | 'off';
  ids: readonly number[] | null;
  who: number | null;
  /** Reload within so many milliseconds, at random. */
  spread: number;
  mark: string;
}

/** Event `differs`: this view would show something else. */
export interface Differs {
  view: number;
  spread: number;
  who: number | null;
  mark: string;
}

/** Event `presence`: who else looks at the record, by another tab or user (uids, each once, without the page's own user). */
export interface Presence {
  model: string;
  id: number;
  uids: readonly number[];
}
