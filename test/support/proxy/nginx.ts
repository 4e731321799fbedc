import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../process/free-port.ts';
import { requireProgram } from '../process/installed.ts';
import { makeServerFolder } from '../process/server-folder.ts';
import { launchServer } from '../process/server-launch.ts';
import { describeProxy, type ReverseProxy, type ReverseProxyOptions } from './reverse-proxy.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const TEMPLATE = here('../../../docker/nginx/web_socketio.conf.template');
const TLS_TEMPLATE = here('../../../docker/nginx/web_socketio_tls.conf.template');
const PROGRAM = here('../../../.cache/nginx/nginx');

/** nginx with the configuration that the container has. */
export async function startNginx(options: ReverseProxyOptions): Promise<ReverseProxy> {
  const { odoo, sidecar, odooEvented = odoo, certificate, change = (config) => config } = options;
  const command = await requireProgram(PROGRAM);
  const folder = await makeServerFolder('nginx');
  const template = await readFile(TEMPLATE, 'utf8');
  const tlsTemplate = certificate === undefined ? '' : await readFile(TLS_TEMPLATE, 'utf8');
  const configFile = join(folder.path, 'nginx.conf');
  let plainPort = 0;
  try {
    const { server, port } = await launchServer(async (port) => {
      plainPort = await freePort();
      const rendered = envsubst(template + tlsTemplate, {
        WEB_SOCKETIO_NGINX_LISTEN: `127.0.0.1:${port}${certificate === undefined ? '' : ' ssl'}`,
        WEB_SOCKETIO_NGINX_SIDECARS: [sidecar]
          .flat()
          .map((url) => `server ${new URL(url).host} max_fails=0;`)
          .join(' '),
        WEB_SOCKETIO_NGINX_ODOO: new URL(odoo).host,
        WEB_SOCKETIO_NGINX_ODOO_EVENTED: new URL(odooEvented).host,
        WEB_SOCKETIO_NGINX_CERTIFICATE: certificate?.file ?? '',
        WEB_SOCKETIO_NGINX_CERTIFICATE_KEY: certificate?.keyFile ?? '',
        WEB_SOCKETIO_NGINX_PLAIN_LISTEN: `127.0.0.1:${plainPort}`,
      });
      await writeFile(configFile, wrap(change(rendered)));
      return {
        command,
        args: ['-p', folder.path, '-e', 'stderr', '-c', configFile],
        cwd: folder.path,
      };
    }, /\[notice\].* nginx\//);
    return describeProxy(options, { server, port, plainPort }, () => server.stop().finally(folder.remove));
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
