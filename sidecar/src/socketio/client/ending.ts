import type { Socket } from 'socket.io';
import type { EndReason } from '../../../protocol/end.ts';
import { END } from '../../../protocol/events.ts';
import { Outbox } from '../sending/outbox.ts';

/** Tells a page why its namespace ends, and ends it: what waits for a slow one is not for its user to see any more. */
export function endSocket(socket: Socket, { code, message, retry }: EndReason): void {
  Outbox.of(socket.conn)?.discard(socket.nsp.name);
  socket.emit(END, { code, message, retry });
  // Closing the transport lets the browser come back by itself; a disconnect of the namespace tells it not to. It is closed
  // when the other namespaces have been told as well, each of which may be the one that listens.
  if (retry) setImmediate(() => socket.conn.close());
  else socket.disconnect();
}
