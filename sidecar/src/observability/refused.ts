import type { SocketIOError } from '../api/error.ts';
import type { Problem } from '../api/problem.ts';
import type { Sender } from '../lib/http/sender.ts';

/** How somebody came: by an HTTP request, into a namespace, to Odoo's bus, or with a Python worker. */
export type Way = 'request' | 'namespace' | 'bus' | 'link';

/** A connection that was refused, or a namespace of one. No secret is in it. */
export interface Refused {
  readonly way: Way;
  /** Why. */
  readonly problem: Problem | SocketIOError;
  readonly sender: Sender;
  /** Of a served database; null if none was named, or none that is served. */
  readonly db: string | null;
  /** The id of the user in Odoo; null if it is not known. */
  readonly user: number | null;
  /** The namespace that was asked for; null for none. */
  readonly path: string | null;
  /** Of an error that nobody foresaw: where it was made. */
  readonly stack?: string | undefined;
  /**
   * `web_socketio doctor` says that it asked. Anybody can say so: it is counted as any other, and only said less loudly. For what
   * tells of no attempt to get in, and for nothing else: with it somebody could try tokens unseen.
   */
  readonly isDoctors?: boolean;
}

/** Is told of what is refused. */
export type Refuse = (refused: Refused) => void;

/** One of which nothing is known but who came: before anybody said which database it is for. */
export function strangerRefused(way: Way, problem: Refused['problem'], sender: Sender): Refused {
  return { way, problem, sender, db: null, user: null, path: null };
}
