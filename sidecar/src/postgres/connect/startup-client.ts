import type { Socket } from 'node:net';
import pg from 'pg';

/**
 * A client over a connection that stands. What it says to the server at the start is ours alone: pg itself would add what
 * it finds in PGOPTIONS, PGREPLICATION and the like.
 */
export class StartupClient extends pg.Client {
  readonly #startup: Readonly<Record<string, string>>;

  /** @param startup the parameters of the start-up message */
  constructor(config: pg.ClientConfig, socket: Socket, startup: Readonly<Record<string, string>>) {
    super({ ...config, stream: () => readyStream(socket) });
    this.#startup = startup;
  }

  /** Called by pg when the connection stands. */
  getStartupConf(): Readonly<Record<string, string>> {
    return this.#startup;
  }
}

/**
 * pg connects the stream that it is given, and waits for that: this one is connected, and only says so. What pg cannot
 * read, such as a demand for Kerberos, it throws into the socket's event, which would end the process: here it ends the
 * connection.
 */
function readyStream(socket: Socket): Socket {
  const listen = socket.on.bind(socket);
  return Object.assign(socket, {
    connect: () => {
      queueMicrotask(() => socket.emit('connect'));
      return socket;
    },
    on: (name: string, listener: (...args: unknown[]) => void) =>
      listen(name, name === 'data' ? guard(socket, listener) : listener),
  });
}

function guard(socket: Socket, listener: (...args: unknown[]) => void) {
  return (...args: unknown[]) => {
    try {
      listener(...args);
    } catch (error) {
      socket.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  };
}
