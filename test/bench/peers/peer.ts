import type pg from 'pg';
import type { PostgresAddress } from '../../support/postgres/postgres.ts';
import type { Server } from '../servers/server.ts';

/** Who gets a message: the user that it names, or everybody. */
export type Audience = 'one' | 'all';

/** A server under test, with its own database. Whoever starts it stops it. */
export interface PeerServer extends Server {
  readonly database: pg.ClientConfig;
  /** What runs a page's protocol. */
  readonly pageProcess: URL;
  /** Where pages connect. */
  readonly pageUrl: string;
  /** What the pages of the users from 1 on say about themselves, and by which event they begin to listen. */
  pages(count: number, audience: Audience): { readonly auths: readonly object[]; readonly event: string };
  /**
   * The statement that writes one message.
   *
   * @param to the user; null for everybody
   */
  insert(number: number, to: number | null): string;
  /** Makes it collect its garbage, as far as it can be told to. */
  collectGarbage(): Promise<void>;
}

/** One of those who are compared. */
export interface Peer {
  readonly name: string;
  /**
   * @param pages for how many pages it has tokens
   * @param node the program `node`, for a server that runs on it
   */
  start(postgres: PostgresAddress, pages: number, node: string): Promise<PeerServer>;
}
