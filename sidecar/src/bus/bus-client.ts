import type { BusFacts } from './bus-facts.ts';

/** What is known of the browser since its handshake. Cookie and headers are secrets: they are never in a log. */
export interface Visitor {
  /** The raw header, without the session of a page that comes from another site; empty if there is none. */
  readonly cookie: string;
  /** Those of user-agent, accept-language, x-forwarded-for and x-real-ip that there were. */
  readonly headers: Readonly<Record<string, string>>;
  /** The address under which the browser has Odoo, such as `https://erp.example.com`; null if it is no address. */
  readonly origin: string | null;
  readonly hasUserAgent: boolean;
  /** Of the script in the page; null if it names none. */
  readonly version: string | null;
}

/** One bus socket, as subscriptions see it. */
export interface BusClient {
  readonly visitor: Visitor;
  /** False as soon as it begins to close: nothing is sent any more. */
  readonly open: boolean;
  /**
   * Puts these channels in the place of those before, and sends what was missed in those that are new: what came after
   * `last`. What arrives meanwhile is sent after that. The socket hears nothing before it was called.
   *
   * @param db whose channels they are: a socket stays with the database of its first subscription
   * @param channels each as it stands in the column `channel` of `bus_bus`
   * @returns once it is sent, or the socket is closed; it is never rejected
   */
  subscribe(db: string, channels: ReadonlySet<string>, last: number): Promise<void>;
  /**
   * Passes the connection on to Odoo's evented worker, with what came over it until now. Not after it was subscribed.
   *
   * @returns false if there is none: nothing has happened
   */
  bridge(): boolean;
  close(code: number, reason?: string): void;
}

/** What bus sockets tell, and ask. Nothing here throws. */
export interface BusSubscriptions {
  /** The last that Odoo told; null before that. */
  readonly facts: BusFacts | null;
  /** Asks Odoo for them. @returns null if it cannot be asked now */
  askFacts(visitor: Visitor): Promise<BusFacts | null>;
  /** The first frame of the socket, or a later one. @param last an integer; 0 for nothing */
  subscribe(client: BusClient, channels: readonly string[], last: number): void;
  /** Any other event. @param data as it came: from outside */
  event(client: BusClient, name: string, data: unknown): void;
  /** The socket is gone, or was passed on. @param drained because this sidecar is being stopped */
  closed(client: BusClient, drained: boolean): void;
}
