import type { Socket } from 'socket.io';
import type { HandlerRun } from '../handlers/handler-run.ts';
import { Outbox } from './outbox.ts';

/**
 * Waits until a run may be given more: what it has sent is on its way, and whoever waits has had a turn since it took a
 * whole portion. Otherwise a handler that only goes through a flood would hold up everybody else.
 *
 * @returns null if it may be at once, as nearly always: a promise would cost its share of every delivery
 */
export function roomFor({ signal, portion }: HandlerRun, { conn }: Socket): Promise<void> | null {
  const outbox = Outbox.of(conn);
  if (outbox?.isClear === false) return outbox.untilClear(signal);
  return portion.begun ? new Promise((resolve) => setImmediate(resolve)) : null;
}
