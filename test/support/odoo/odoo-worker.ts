import { Program } from '../process/program.ts';
import type { Odoo } from './odoo.ts';
import { LAUNCHER } from './odoo-python.ts';

export interface WorkerOptions {
  /** Where the sidecars are. */
  readonly sidecars?: readonly string[];
  /** More arguments of its command. */
  readonly args?: readonly string[];
}

/** The Python worker of an Odoo, as users start it: `odoo web_socketio`. Whoever starts it stops it. */
export function startOdooWorker(odoo: Odoo, { sidecars = [], args = [] }: WorkerOptions): Program {
  return new Program({
    command: LAUNCHER,
    args: [
      'web_socketio',
      ...['-c', odoo.configFile, '-d', odoo.database],
      ...(sidecars.length > 0 ? ['--sidecar', sidecars.join(',')] : []),
      ...args,
    ],
    // Odoo looks for commands in the addons of this file, before it reads "-c".
    env: { HOME: '/nonexistent', ODOO_RC: odoo.configFile },
    user: 'ordinary',
  });
}
