import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../process/free-port.ts';
import { makeServerFolder, type ServerFolder } from '../process/server-folder.ts';
import { ServerProcess } from '../process/server-process.ts';
import { openerpConfig } from './openerp-config.ts';
import type { OpenERP7 } from './openerp7.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const MAIN = here('../../../sidecar/dist/main.js');
const ADDONS_PATH = `${here('../../../addon')},${here('../../openerp7/addons')}`;

/** The built sidecar for an OpenERP 7.0. Whoever makes it removes it. */
export class OpenERP7Sidecar {
  readonly url: string;
  readonly #openerp: OpenERP7;
  readonly #folder: ServerFolder;
  #process: ServerProcess | undefined;

  private constructor(openerp: OpenERP7, folder: ServerFolder, port: number) {
    this.#openerp = openerp;
    this.#folder = folder;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async make(openerp: OpenERP7): Promise<OpenERP7Sidecar> {
    const folder = await makeServerFolder('openerp7');
    const { hostname: host, port, username: user, password } = openerp.postgres;
    const address = { host, port: Number(port), user, password };
    await writeFile(join(folder.path, 'openerp.conf'), openerpConfig(address, ADDONS_PATH));
    return new OpenERP7Sidecar(openerp, folder, await freePort());
  }

  async start(): Promise<void> {
    const { database, url } = this.#openerp;
    const { port } = new URL(this.url);
    const args = ['-c', join(this.#folder.path, 'openerp.conf'), '-d', database, '-p', port];
    this.#process = new ServerProcess({
      command: process.execPath,
      args: [MAIN, ...args, '--odoo-url', url],
      cwd: '/',
    });
    await this.#process.waitForLine(/Connected to PostgreSQL/);
    await this.#process.waitForLine(/Listening on/);
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  async remove(): Promise<void> {
    await this.stop();
    await this.#folder.remove();
  }
}
