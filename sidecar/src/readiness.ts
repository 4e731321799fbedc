import type { SocketIOError } from './api/error.ts';
import type { Readiness } from './socketio/http-router.ts';

/** One database, and why it is not served now; null if it is. */
export interface DatabaseState {
  readonly name: string;
  readonly problem: SocketIOError | null;
}

/**
 * Ready is who serves at least one database and is not being stopped: a load balancer must not take all sidecars out
 * for one database that is missing. What is missing is in the report in any case.
 */
export function readinessOf(databases: readonly DatabaseState[], draining: boolean): Readiness {
  const ready = !draining && databases.some(({ problem }) => problem === null);
  const problems = databases.flatMap(({ name, problem }) =>
    problem === null ? [] : [{ code: problem.code, database: name, message: problem.message }],
  );
  const status = ready ? 'ready' : 'not_ready';
  const stopping = draining ? [{ code: 'draining', message: 'The sidecar is being stopped.' }] : [];
  return {
    ready,
    report: {
      status,
      databases: Object.fromEntries(
        databases.map(({ name, problem }) => [name, problem === null ? 'connected' : problem.code]),
      ),
      problems: [...stopping, ...problems],
    },
  };
}
