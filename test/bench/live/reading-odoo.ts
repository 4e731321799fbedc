import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

/** Somebody at Odoo's address for whom every model is live and every record readable, and no list ever differs. */
export class ReadingOdoo {
  readonly url: string;
  readonly #server: Server;
  /** How often it was asked whether lists differ. */
  differs = 0;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.url = `http://127.0.0.1:${port}`;
    server.on('request', async (request, response) => {
      const body = Buffer.concat(await request.toArray());
      if (request.method !== 'POST') return void response.end();
      const { method, args } = JSON.parse(JSON.parse(body.toString()).call);
      response.end(JSON.stringify({ result: this.#answer(method, args) }));
    });
  }

  static async start(): Promise<ReadingOdoo> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string')
      throw new Error(`The address of a listening server was ${address}. Expected one with a port.`);
    return new ReadingOdoo(server, address.port);
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(method: string, [first, second]: readonly unknown[]): unknown {
    if (method === 'open_view') return { live: true, ids: second };
    this.differs += 1;
    return Array.isArray(first) ? first.map(() => false) : [];
  }
}
