import type { Server, Socket } from 'socket.io';
import type { Traffic } from '../../observability/counts/traffic.ts';
import { ConnectionGuard, type ConnectionLimits, type WarnOf } from './connection-guard.ts';

/** The guards of all connections of a server. */
export class ConnectionGuards {
  /**
   * @param warn told what happened to a connection
   * @param traffic of all of them
   */
  constructor(io: Server, limits: ConnectionLimits, warn: WarnOf, traffic: Traffic) {
    io.engine.on('connection', (connection: Socket['conn']) => {
      new ConnectionGuard(connection, limits, warn, traffic);
    });
  }

  /**
   * A socket wants to be connected.
   * @throws SocketIOError `too_many_namespaces`
   */
  enter({ conn }: Socket): void {
    ConnectionGuard.of(conn)?.enter();
  }

  /** A socket was refused, or is gone. */
  leave({ conn }: Socket): void {
    ConnectionGuard.of(conn)?.leave();
  }
}
