import { hostOf, OpenERPNameSpace } from '../api/namespace.ts';
import { SidecarError } from '../api/sidecar-error.ts';
import { connect, handle } from './connecting.ts';
import type { HandlerSpec } from './declares.ts';
import type { Order, PythonSocket, SocketLink } from './python-socket.ts';
import type { WorkerPool } from './worker-pool.ts';

/** Under which the sessions of web_longpolling say which namespace they belong to. */
const NAME_SPACE = Symbol.for('web_socketio.nameSpace');

/** What is registered. */
interface PythonHandler {
  /** For the session of a socket. */
  run(session: object, ...args: unknown[]): unknown;
  /** Does the worker of that namespace's socket have it? Without one, did those that were there before? */
  counts(nameSpace: unknown): boolean;
}

/**
 * The handler that `/longpolling` gets for one in Python: it runs in the socket's worker.
 *
 * @param key by which a worker finds it
 * @param poolOf the workers of a database
 */
export function pythonHandler(
  { event, addon, eventtype }: HandlerSpec,
  key: string,
  poolOf: (db: string) => WorkerPool,
): PythonHandler {
  const order = (name: number, args: readonly unknown[]): Order => ({
    ...{ kind: 'handler', name, args, addon },
    isAsked: eventtype !== 'connect',
  });
  const begin = (
    socket: PythonSocket,
    link: SocketLink,
    args: readonly unknown[],
  ): Promise<unknown> | null => {
    const index = link.declared.handlers.get(key);
    return index === undefined ? null : link.begin(socket, order(index, args));
  };
  const open = (nameSpace: unknown): { readonly pool: WorkerPool; readonly socket: PythonSocket } => {
    if (!(nameSpace instanceof OpenERPNameSpace))
      throw new Error('The sidecar and its addon web_longpolling are of different releases.');
    const host = hostOf(nameSpace);
    const pool = poolOf(host.db);
    return { pool, socket: pool.socketOf(host) };
  };
  const run: PythonHandler['run'] = (session, ...args) => {
    const { pool, socket } = open(Reflect.get(session, NAME_SPACE));
    if (eventtype === 'connect')
      return connect({ pool, socket, key, label: event, addon, begin: (link) => begin(socket, link, args) });
    if (eventtype === 'disconnect') {
      const link = pool.find(socket);
      return link === null ? undefined : begin(socket, link, args);
    }
    return handle(pool, socket, async (link) => {
      const answer = begin(socket, link, args);
      if (answer !== null) return await answer;
      throw new SidecarError(
        'no_such_method',
        `No installed addon handles the event ${JSON.stringify(event)}: the Python worker has no such handler any more.`,
      );
    });
  };
  const counts = (nameSpace: unknown): boolean => {
    const { pool, socket } = open(nameSpace);
    return (pool.find(socket)?.declared.handlers ?? pool.handlers).has(key);
  };
  return { run, counts };
}
