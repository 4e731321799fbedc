import type { Server, Socket } from 'socket.io';
import { ConnectionGuard, type ConnectionLimits, type WarnOf } from './connection-guard.ts';

/** The guards of all connections of a server. */
export class ConnectionGuards {
  readonly #guards = new WeakMap<object, ConnectionGuard>();

  /** @param warn told what happened to a connection */
  constructor(io: Server, limits: ConnectionLimits, warn: WarnOf) {
    io.engine.on('connection', (connection: Socket['conn']) => {
      const guard = new ConnectionGuard(connection, limits, (problem) => warn(connection, problem));
      this.#guards.set(connection, guard);
    });
  }

  /**
   * A socket wants to be connected.
   * @throws SocketIOError `too_many_namespaces`
   */
  enter({ conn }: Socket): void {
    this.#guards.get(conn)?.enter();
  }

  /** A socket was refused, or is gone. */
  leave({ conn }: Socket): void {
    this.#guards.get(conn)?.leave();
  }
}
