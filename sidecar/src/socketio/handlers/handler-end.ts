import { SHUTDOWN_MS } from '../../lib/shutdown-budget.ts';
import { withinTime } from '../../lib/time-limit.ts';
import type { HandlerReport } from './handler-report.ts';
import type { HandlerRuns } from './handler-runs.ts';
import type { HandlerTask } from './handler-task.ts';

/** How long a disconnect handler delays the requeueing of the socket's messages, and the end of the sidecar. */
const DISCONNECT_MS = SHUTDOWN_MS.disconnect;

/**
 * The socket is gone: its handlers end, the disconnect handler runs, then what they took goes back.
 *
 * @param disconnect starts the disconnect handler
 */
export async function endHandlers(
  runs: HandlerRuns,
  disconnect: () => HandlerTask,
  report: HandlerReport,
): Promise<void> {
  const ended = runs.stop();
  const run = disconnect();
  if (!run.ended) await withinTime(run.done, DISCONNECT_MS, () => undefined);
  if (!run.ended) {
    const message = `The handler still runs ${DISCONNECT_MS / 1000} s after the socket has gone`;
    report.warn(run.options, { code: 'disconnect_slow', message });
  }
  for (const one of ended) one.release();
  if (!run.ended) run.abort();
  // What a disconnect handler has started, and does not wait for, has as long.
  if (runs.lingers) setTimeout(() => runs.abort(), DISCONNECT_MS).unref();
}
