import { rmSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverOwner } from '../../../sidecar/playground/processes/ordinary-user.ts';

export interface ServerFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** A temporary folder that a server may write to. It goes with this process at the latest. */
export async function makeServerFolder(name: string): Promise<ServerFolder> {
  const path = await mkdtemp(join(tmpdir(), `web_socketio-${name}-`));
  const removeAtExit = () => rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', removeAtExit);
  if (serverOwner !== undefined) await chown(path, serverOwner, serverOwner);
  const remove = async () => {
    await rm(path, { recursive: true, force: true });
    process.off('exit', removeAtExit);
  };
  return { path, remove };
}
