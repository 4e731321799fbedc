import { SocketIOError } from '../../api/error.ts';

/**
 * Does this error say that the same may succeed later without anybody changing anything, as while Odoo is away? Then it
 * is no fault of a handler or its messages.
 */
export function isPassing(error: unknown): boolean {
  return error instanceof SocketIOError && error.retry;
}
