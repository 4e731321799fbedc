import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'socket.io-client';
import { startHttp } from '../network/http-server.ts';
import { TestDatabase } from '../postgres/test-database.ts';
import { TestSidecar } from './test-sidecar.ts';

/** A request that it was sent. */
export interface AskedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An OpenERP that looks at sessions as a test tells it to, and refuses every call. */
export class LookingOdoo {
  readonly asked: AskedRequest[] = [];
  /** What it does to the row of a token, and what it says then. */
  look: (token: string) => Promise<string> | string = () => 'live';
  /** What it answers to a model call. */
  call: (credential: string) => Promise<object> | object = () => ({ refused: 'unknown' });
  /** Answers instead of all that. */
  instead: ((response: ServerResponse) => void) | null = null;
  readonly url: string;

  private constructor(url: string) {
    this.url = url;
  }

  static async start(): Promise<LookingOdoo> {
    const url = await startHttp(async (request, response) => {
      const { method, headers, url: path = '' } = request;
      if (method !== 'POST') return void response.end();
      const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
      odoo.asked.push({ path, headers, body });
      if (odoo.instead !== null) return odoo.instead(response);
      const answer =
        path === '/web_socketio/check'
          ? { states: await Promise.all(body.tokens.map((token: string) => odoo.look(token))) }
          : await odoo.call(body.credential);
      response.end(JSON.stringify(answer));
    });
    const odoo = new LookingOdoo(url);
    return odoo;
  }

  /** The tokens of every question, in their order. */
  get tokens(): unknown[] {
    return this.asked.filter(({ path }) => path === '/web_socketio/check').map(({ body }) => body['tokens']);
  }
}

/** A database, a sidecar and the Odoo that it asks. */
export interface LookedAt {
  readonly database: TestDatabase;
  /** The database's name. */
  readonly db: string;
  readonly odoo: LookingOdoo;
  readonly sidecar: TestSidecar;
  /** A page of the namespace /mine that has connected. */
  connect(token: string): Promise<Socket>;
}

/** @param module the server module of the addon `web_socketio_demo` */
export async function startLookedAt(module: string): Promise<LookedAt> {
  const database = await TestDatabase.create();
  const odoo = await LookingOdoo.start();
  const { url: odooUrl } = odoo;
  const sidecar = await TestSidecar.start(database, { web_socketio_demo: module }, { odooUrl });
  const connect = (token: string) => sidecar.connect('/mine', database.name, token);
  return { database, db: database.name, odoo, sidecar, connect };
}
