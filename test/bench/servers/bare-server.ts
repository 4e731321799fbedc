import type pg from 'pg';
import { z } from 'zod';
import { Worker } from '../../support/process/worker.ts';
import { COLLECTOR, type RestartableServer } from './server.ts';

export interface BareServerOptions {
  readonly config: pg.ClientConfig;
  /** How it emits: plainly, asking for acknowledgement, or what workers take from the table. */
  readonly kind: 'plain' | 'acknowledged' | 'workers';
}

/**
 * Bare socket.io, in a process of its own.
 *
 * @param node the program `node` that runs it
 */
export async function startBareServer(options: BareServerOptions, node?: string): Promise<RestartableServer> {
  const worker = new Worker(new URL('bare-server-process.ts', import.meta.url), options, COLLECTOR, node);
  const { port } = z.object({ port: z.number() }).parse(await worker.next());
  const stop = () => worker.stop();
  const restart = () => startBareServer(options, node);
  return { url: `http://127.0.0.1:${port}`, pid: worker.pid, stop, kill: stop, restart };
}
