import type { Message } from '../api/message.ts';
import type { AskBatch } from './ask-batch.ts';
import { workerUnavailable } from './worker-error.ts';

/** Which `listen` of which worker it was that came with these arguments: delivery keeps the array as it is. */
const asking = new WeakMap<readonly unknown[], { readonly asks: AskBatch; readonly request: number }>();

/** From now on an adapter that is asked with these very arguments asks that worker. */
export function remember(args: readonly unknown[], asks: AskBatch, request: number): void {
  asking.set(args, { asks, request });
}

export function forget(args: readonly unknown[]): void {
  asking.delete(args);
}

/** Asks the worker's adapter which of the messages that `listen` takes. */
export function askWorker(
  adapter: string,
  messages: readonly Message[],
  args: readonly unknown[],
): Promise<readonly Message[]> {
  const known = asking.get(args);
  if (known === undefined) return Promise.reject(workerUnavailable(adapter));
  return known.asks.ask(adapter, known.request, messages);
}
