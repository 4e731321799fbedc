/** The channels of the suite, and the namespaces in which pages listen to them. */
export const NAMESPACES = { each: '/longpolling', queue: '/chaos_queue', flood: '/chaos_flood' } as const;
export type Channel = keyof typeof NAMESPACES;

/** What the server module sends for one message. */
export interface Counted {
  readonly id: string;
  readonly values: { readonly poison?: boolean };
}

/** One message in the hands of a page's handler. Times are of the machine's clock, so that processes can be compared. */
export interface Showing {
  readonly id: string;
  readonly print: string;
  readonly at: number;
  /** Did the handler succeed? */
  readonly ok: boolean;
}

/** All that happened to one page. */
export interface PageRecord {
  readonly shown: Record<Channel, Showing[]>;
  readonly resyncs: { readonly reason: string; readonly channel: string | undefined; readonly at: number }[];
  readonly disconnects: { readonly reason: string; readonly at: number }[];
  readonly reports: string[];
  /** How often it asked the token route. */
  fetches: number;
}

/** The ids of the messages that a page's handler took without failing, in order. */
export function idsOf(page: PageRecord, channel: Channel): string[] {
  return page.shown[channel].filter(({ ok }) => ok).map(({ id }) => id);
}
