import { readFile } from 'node:fs/promises';
import type { News } from './news.ts';
import { BadRequest, isObject, readJson } from './openerp/json-rpc.ts';
import { type Database, DEMO_CHANNELS } from './postgres/database.ts';
import type { SidecarChild } from './processes/sidecar-child.ts';
import type { Part, WebRequest } from './web-server.ts';

/** A server module that the page shows. */
export interface ShownModule {
  /** From the root of the project. */
  readonly path: string;
  readonly file: URL;
}

/** What the page asks of the playground itself: `/playground/…`. */
export class Control implements Part {
  readonly #database: Database;
  readonly #sidecar: SidecarChild;
  readonly #news: News;
  readonly #module: ShownModule;

  constructor(database: Database, sidecar: SidecarChild, news: News, module: ShownModule) {
    this.#database = database;
    this.#sidecar = sidecar;
    this.#news = news;
    this.#module = module;
  }

  async answer({ request, response, pathname }: WebRequest): Promise<boolean> {
    const route = `${request.method} ${pathname}`;
    if (route === 'GET /playground/state') {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
      response.end(JSON.stringify(await this.#state()));
    } else if (route === 'GET /playground/events') {
      const last = request.headers['last-event-id'];
      this.#news.follow(response, typeof last === 'string' ? last : undefined);
    } else if (route === 'POST /playground/sidecar') {
      await this.#control((await readJson(request))['action']);
      response.writeHead(204).end();
    } else if (route === 'POST /playground/message') {
      await this.#send(await readJson(request));
      response.writeHead(204).end();
    } else {
      return false;
    }
    return true;
  }

  /** What the page shows of the server module. */
  async module(): Promise<{ path: string; text: string }> {
    const text = await readFile(this.#module.file, 'utf8').catch(() => '');
    return { path: this.#module.path, text };
  }

  async #state(): Promise<object> {
    const { state, url } = this.#sidecar;
    return {
      users: await this.#database.users(),
      sidecar: { state, url },
      module: await this.module(),
      database: this.#database.name,
    };
  }

  /** Without waiting: the events tell what becomes of it. */
  async #control(action: unknown): Promise<void> {
    if (action === 'start') void this.#sidecar.start();
    else if (action === 'stop') void this.#sidecar.stop();
    else if (action === 'kill') void this.#sidecar.stop('SIGKILL');
    else throw new BadRequest(`'${String(action)}' is no action. Send start, stop or kill.`);
  }

  async #send({ channel, values }: Readonly<Record<string, unknown>>): Promise<void> {
    if (typeof channel !== 'string' || !channel.startsWith(DEMO_CHANNELS)) {
      throw new BadRequest(
        `'${String(channel)}' does not belong to the demonstration: its channels begin with ${DEMO_CHANNELS}.`,
      );
    }
    if (!isObject(values)) throw new BadRequest('The values of a message are an object.');
    await this.#database.insertMessage(channel, values);
  }
}
