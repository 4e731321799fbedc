import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { startHttp } from '../../support/network/http-server.ts';

/** Takes what Sentry's library for Python would send to its makers, and keeps it as text; it ends with the test. */
export class SentryServer {
  readonly #received: string[] = [];
  #url = '';

  static async start(): Promise<SentryServer> {
    const started = new SentryServer();
    started.#url = await startHttp(async (request, response) => {
      const body = await buffer(request);
      const isPacked = request.headers['content-encoding'] === 'gzip';
      started.#received.push((isPacked ? gunzipSync(body) : body).toString());
      response.setHeader('Content-Type', 'application/json').end('{}');
    });
    return started;
  }

  /** Its address as that library wants it: with the key of a project, and the project. */
  get dsn(): string {
    return `${this.#url.replace('//', '//key@')}/1`;
  }

  get text(): string {
    return this.#received.join('\n');
  }
}
