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

/** pg connects the stream that it is given, and waits for that: this one is connected, and only says so. */
function readyStream(socket: Socket): Socket {
  return Object.assign(socket, {
    connect: () => {
      queueMicrotask(() => socket.emit('connect'));
      return socket;
    },
  });
}
