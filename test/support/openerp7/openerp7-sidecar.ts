import { fileURLToPath } from 'node:url';
import { freePort } from '../process/free-port.ts';
import { type ConfigFolder, makeConfigFolder } from '../sidecar/config-folder.ts';
import { SidecarProcess } from '../sidecar/sidecar-process.ts';
import type { OpenERP7 } from './openerp7.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const ADDONS_PATH = `${here('../../../addon')},${here('../../openerp7/addons')}`;

/** The built sidecar for an OpenERP 7.0, whose address stays over restarts. Whoever makes it removes it. */
export class OpenERP7Sidecar extends SidecarProcess {
  readonly #folder: ConfigFolder;

  private constructor({ database, url }: OpenERP7, folder: ConfigFolder, port: number) {
    super({ configFile: folder.configFile, databases: [database], port, args: ['--odoo-url', url] });
    this.#folder = folder;
  }

  static async make(openerp: OpenERP7): Promise<OpenERP7Sidecar> {
    const { hostname: host, port, username: user, password } = openerp.postgres;
    const address = { host, port: Number(port), user, password };
    const folder = await makeConfigFolder('openerp7', address, ADDONS_PATH);
    return new OpenERP7Sidecar(openerp, folder, await freePort());
  }

  async remove(): Promise<void> {
    await this.stop();
    await this.#folder.remove();
  }
}
