import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

/** A request to look at sessions. */
export interface AskedChecks {
  readonly at: number;
  readonly tokens: readonly string[];
  readonly bytes: number;
}

/** Somebody at Odoo's address who finds every session good, and counts. Whoever starts it stops it. */
export class CountingOdoo {
  /** Requests to look at sessions. */
  readonly asked: AskedChecks[] = [];
  readonly url: string;
  readonly #server: Server;
  #requests = 0;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.url = `http://127.0.0.1:${port}`;
    server.on('request', async (request, response) => {
      this.#requests += 1;
      const body = Buffer.concat(await request.toArray());
      if (request.url !== '/web_socketio/check') return void response.end();
      const { tokens }: { tokens: string[] } = JSON.parse(body.toString());
      this.asked.push({ at: performance.now(), tokens, bytes: body.length });
      response.end(JSON.stringify({ states: tokens.map(() => 'live') }));
    });
  }

  static async start(): Promise<CountingOdoo> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string')
      throw new Error(`The address of a listening server was ${address}. Expected one with a port.`);
    return new CountingOdoo(server, address.port);
  }

  /** Requests of any kind so far. */
  get requests(): number {
    return this.#requests;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
