import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireProgram } from './installed.ts';
import { makeServerFolder } from './server-folder.ts';
import { launchServer } from './server-launch.ts';
import type { ServerProcess } from './server-process.ts';

export interface NginxUpstreams {
  /** Where it is, such as `http://127.0.0.1:8069`. */
  readonly odoo: string;
  /** One, or several. */
  readonly sidecar: string | readonly string[];
  /** Where Odoo's own bus is; the same as `odoo` by default. */
  readonly odooEvented?: string;
}

export interface Nginx {
  readonly url: string;
  readonly server: ServerProcess;
  stop(): Promise<void>;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const TEMPLATE = here('../../docker/nginx/web_socketio.conf.template');
const PROGRAM = here('../../.cache/nginx/nginx');

/** nginx with the configuration that the container has. Whoever starts it stops it. */
export async function startNginx({ odoo, sidecar, odooEvented = odoo }: NginxUpstreams): Promise<Nginx> {
  const command = await requireProgram(PROGRAM);
  const folder = await makeServerFolder('nginx');
  const template = await readFile(TEMPLATE, 'utf8');
  const configFile = join(folder.path, 'nginx.conf');
  try {
    const { server, port } = await launchServer(async (port) => {
      const rendered = envsubst(template, {
        WEB_SOCKETIO_NGINX_LISTEN: `127.0.0.1:${port}`,
        WEB_SOCKETIO_NGINX_SIDECARS: [sidecar]
          .flat()
          .map((url) => `server ${new URL(url).host} max_fails=0;`)
          .join(' '),
        WEB_SOCKETIO_NGINX_ODOO: new URL(odoo).host,
        WEB_SOCKETIO_NGINX_ODOO_EVENTED: new URL(odooEvented).host,
      });
      await writeFile(configFile, wrap(rendered));
      return {
        command,
        args: ['-p', folder.path, '-e', 'stderr', '-c', configFile],
        cwd: folder.path,
      };
    }, /\[notice\].* nginx\//);
    const stop = () => server.stop().finally(folder.remove);
    return { url: `http://127.0.0.1:${port}`, server, stop };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** Replaces the given variables only, as the script of nginx' official image does. */
function envsubst(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\$\{(\w+)\}/g, (text, name: string) => values[name] ?? text);
}

/** A single process, which needs no root and has no workers to outlive it. */
function wrap(server: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
    daemon off;
    master_process off;
    pid nginx.pid;
    error_log stderr notice;
    events { worker_connections 1024; }
    http {
      access_log off;
      ${temporary.map((name) => `${name}_temp_path ${name}_temp;`).join('\n')}
      ${server}
    }`;
}
