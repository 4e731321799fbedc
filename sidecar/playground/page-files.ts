import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { build } from '../src/modules/compiler.ts';
import type { Part, WebRequest } from './web-server.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** The files of the page, read and built anew for each request: whoever changes one only reloads. */
export class PageFiles implements Part {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async answer({ request, response, pathname, prefix, path }: WebRequest): Promise<boolean> {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    if (prefix !== '' && path === '') {
      // The page finds its routes by this path.
      response.writeHead(308, { Location: `${prefix}/` }).end();
      return true;
    }
    const page = prefix === '' ? 'index.html' : 'seat.html';
    const name = path === '/' ? page : /^\/assets\/([\w.-]+)$/.exec(pathname)?.[1];
    if (name === undefined) return false;
    await this.#send(response, name);
    return true;
  }

  /** `x.js` is what `x.ts` becomes. */
  async #send(response: ServerResponse, name: string): Promise<void> {
    const type = TYPES[extname(name)];
    const content = type === undefined ? null : await this.#content(name);
    if (content === null) {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end(`The page has no file ${name}.\n`);
      return;
    }
    response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(content);
  }

  async #content(name: string): Promise<string | Buffer | null> {
    const path = join(this.#folder, name);
    if (extname(name) === '.js') return await bundle(path.replace(/\.js$/, '.ts'));
    return await readFile(path).catch(() => null);
  }
}

async function bundle(entry: string): Promise<string> {
  try {
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2022',
      sourcemap: 'inline',
      logLevel: 'silent',
    });
    return outputFiles[0]?.text ?? '';
  } catch (error) {
    // Where whoever changed it looks for it.
    return `throw new Error(${JSON.stringify(error instanceof Error ? error.message : String(error))});\n`;
  }
}
