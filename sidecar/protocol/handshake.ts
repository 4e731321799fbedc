import type { PagePositions } from './position.ts';

/** What a page sends when it connects a namespace; other clients may send a session instead of the token. */
export interface PageHandshake {
  readonly db: string;
  readonly token: string;
  /** By name. Also while there are none: an empty object says that the client keeps positions. */
  readonly positions: PagePositions | { toJSON(): PagePositions };
  /** It knows a second copy of a message by its id. */
  readonly parcels: true;
  /** It subscribes to something as soon as it is connected, and then sends the event `SUBSCRIBED`. */
  readonly subscribes?: true;
}
