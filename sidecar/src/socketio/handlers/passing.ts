import { SocketIOError } from '../../api/error.ts';
import { SidecarError } from '../../api/sidecar-error.ts';

/**
 * Does this error say that the same may succeed later without anybody changing anything, as while Odoo is away? Then it
 * is no fault of a handler or its messages.
 */
export function isPassing(error: unknown): boolean {
  return error instanceof SocketIOError && error.retry;
}

/** Did the Python worker go in which the handler ran? Started again, it waits for another one. */
export function waitsForWorker(error: unknown): boolean {
  return error instanceof SidecarError && error.code === 'worker_unavailable';
}
