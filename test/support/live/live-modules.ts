import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ServerModules } from '../sidecar/test-sidecar.ts';

const SOURCES = fileURLToPath(new URL('../../../addon/web_live/socketio/', import.meta.url));

/** Presence within milliseconds, of the very same server module. */
export const QUICK_PRESENCE = `
import { SocketIO } from 'web_socketio';
import { LiveDatabases } from './live-database.ts';
import { LiveNameSpace } from './live-namespace.ts';
const quick = new LiveDatabases({ renewMs: 150, forgetMs: 600, tellMs: 1 });
SocketIO.addNamespace('/web_live', class extends LiveNameSpace {
  get databases() { return quick; }
});
`;

/** The files of the server module of web_live. @param index instead of its index.ts */
export async function liveModules(index?: string): Promise<ServerModules> {
  const files = await readdir(SOURCES, { recursive: true });
  const modules: Record<string, string> = {};
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    modules[`web_live/socketio/${file}`] = await readFile(`${SOURCES}${file}`, 'utf8');
  }
  if (index !== undefined) modules['web_live/socketio/index.ts'] = index;
  return modules;
}
