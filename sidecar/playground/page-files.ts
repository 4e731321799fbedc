import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { build } from 'esbuild';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** The files of the page, read and built anew for each request: whoever changes one only reloads. */
export class PageFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Answers with a file of the folder; `x.js` is what `x.ts` becomes. */
  async answer(response: ServerResponse, name: string): Promise<void> {
    const type = TYPES[extname(name)];
    const content = type !== undefined && /^[\w.-]+$/.test(name) ? await this.#content(name) : null;
    if (content === null) {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end(`There is no file ${name}\n`);
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
