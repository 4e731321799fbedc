import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../process/free-port.ts';
import { requireProgram } from '../process/installed.ts';
import { makeServerFolder } from '../process/server-folder.ts';
import { launchServer } from '../process/server-launch.ts';
import { describeProxy, type ReverseProxy, type ReverseProxyOptions } from './reverse-proxy.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const CONFIG = here('../../../docker/apache/web_socketio.conf');
const PROGRAM = here('../../../.cache/apache/apache2');
const MODULES = here('../../../.cache/apache/modules');
/** What Debian's Apache loads without being asked. */
const ALWAYS = ['mpm_event', 'authz_core', 'reqtimeout'];
/** What `a2enmod` loads with the modules that the configuration names. */
const IMPLIED = ['proxy', 'slotmem_shm'];
const TLS = ['socache_shmcb', 'ssl'];

/** Without some of the modules that the configuration names. */
export interface ApacheOptions extends ReverseProxyOptions {
  readonly without?: readonly string[];
  /** Besides those. */
  readonly more?: readonly string[];
}

/** Debian's Apache with the configuration of this repository, its settings filled in. */
export async function startApache(options: ApacheOptions): Promise<ReverseProxy> {
  const {
    odoo,
    sidecar,
    odooEvented = odoo,
    certificate,
    without = [],
    more = [],
    change = (text) => text,
  } = options;
  const command = await requireProgram(PROGRAM);
  const folder = await makeServerFolder('apache');
  const config = await readFile(CONFIG, 'utf8');
  const [, names = ''] = /a2enmod (.*)/.exec(config) ?? [];
  const named = names.split(' ').filter((name) => !without.includes(name));
  const modules = [...ALWAYS, ...IMPLIED, ...named, ...more, ...(certificate === undefined ? [] : TLS)];
  const [first = '', second] = [sidecar].flat();
  const configFile = join(folder.path, 'apache2.conf');
  let plainPort = 0;
  try {
    const { server, port } = await launchServer(async (port) => {
      plainPort = await freePort();
      const filled = define(config, {
        WEB_SOCKETIO_PORT: `${port}`,
        WEB_SOCKETIO_ODOO: new URL(odoo).host,
        WEB_SOCKETIO_ODOO_EVENTED: new URL(odooEvented).host,
        WEB_SOCKETIO_SIDECAR: new URL(first).host,
        WEB_SOCKETIO_SIDECAR_2: second === undefined ? undefined : new URL(second).host,
        WEB_SOCKETIO_CERTIFICATE: certificate?.file,
        WEB_SOCKETIO_CERTIFICATE_KEY: certificate?.keyFile,
        WEB_SOCKETIO_PLAIN_PORT: certificate === undefined ? undefined : `${plainPort}`,
      });
      const ports = certificate === undefined ? [port] : [port, plainPort];
      await writeFile(configFile, wrap(folder.path, modules, ports) + change(filled));
      return { command, args: ['-D', 'FOREGROUND', '-f', configFile], cwd: folder.path };
    }, /resuming normal operations/);
    return describeProxy(options, { server, port, plainPort }, () => server.stop().finally(folder.remove));
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** Sets what stands at the file's head, as an administrator does: a value in its line, which may be a comment so far. */
function define(config: string, values: Readonly<Record<string, string | undefined>>): string {
  let text = config;
  for (const [name, value] of Object.entries(values)) {
    const line = new RegExp(`^#?Define ${name} .*$`, 'm');
    if (!line.test(text)) throw new Error(`'${CONFIG}' has no line 'Define ${name}'.`);
    if (value !== undefined) text = text.replace(line, `Define ${name} ${value}`);
  }
  return text;
}

/** What Debian's apache2.conf and ports.conf say, for a server that needs no root. */
function wrap(folder: string, modules: readonly string[], ports: readonly number[]): string {
  return `
ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${folder}/apache2.pid
ServerName 127.0.0.1
ErrorLog "||/bin/cat"
LogLevel info
${modules.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join('\n')}
${ports.map((port) => `Listen 127.0.0.1:${port}`).join('\n')}
StartServers 1
ServerLimit 2
ThreadsPerChild 64
MaxRequestWorkers 128
`;
}
