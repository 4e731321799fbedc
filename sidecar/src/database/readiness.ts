import type { SidecarError } from '../api/sidecar-error.ts';
import type { Readiness } from '../socketio/http/http-router.ts';

/** One database. */
export interface DatabaseState {
  readonly name: string;
  /** Why it is not served now; null if it is. */
  readonly problem: SidecarError | null;
  /** What fails though it is served, such as its queues. */
  readonly troubles: readonly SidecarError[];
}

/**
 * Ready is who serves at least one database and is not being stopped: a load balancer must not take all sidecars out
 * for one database that is missing, nor for queues that stand still, since they stand still at every sidecar. What is
 * missing is in the report in any case.
 */
export function readinessOf(
  databases: readonly DatabaseState[],
  draining: boolean,
  workersOf: (db: string) => number = () => 0,
  busSocketsOf: (db: string) => number | null = () => null,
): Readiness {
  const ready = !draining && databases.some(({ problem }) => problem === null);
  const problems = databases.flatMap((database) =>
    problemsOf(database).map(({ code, message }) => ({ code, database: database.name, message })),
  );
  // Where there is none, that may be as it should be: nothing is said.
  const workers = databases
    .map(({ name }): [string, number] => [name, workersOf(name)])
    .filter(([, count]) => count > 0);
  // Of the databases whose bus is served here.
  const bus = databases.flatMap(({ name }): [string, number][] => {
    const sockets = busSocketsOf(name);
    return sockets === null ? [] : [[name, sockets]];
  });
  const status = ready ? 'ready' : 'not_ready';
  const stopping = draining ? [{ code: 'draining', message: 'The sidecar is being stopped.' }] : [];
  return {
    ready,
    report: {
      status,
      databases: Object.fromEntries(
        databases.map((database) => [database.name, problemsOf(database)[0]?.code ?? 'connected']),
      ),
      problems: [...stopping, ...problems],
      ...(workers.length > 0 ? { workers: Object.fromEntries(workers) } : {}),
      ...(bus.length > 0 ? { busSockets: Object.fromEntries(bus) } : {}),
    },
  };
}

/** The worst first. What fails because of it is not said again. */
function problemsOf({ problem, troubles }: DatabaseState): readonly SidecarError[] {
  return problem === null ? troubles : [problem, ...troubles.filter(({ code }) => code !== problem.code)];
}
