import { reason, SocketIOError } from '../api/error.ts';
import type { NameSpaceHost } from '../api/host.ts';
import type { Message } from '../api/message.ts';
import { SidecarError } from '../api/sidecar-error.ts';
import type { AskBatch } from './ask-batch.ts';
import type { Declared } from './declared.ts';
import type { PythonRun } from './python-run.ts';
import type { PythonSocket } from './python-socket.ts';

/** What requests need of their link. */
export interface RequestLink {
  readonly declared: Declared;
  readonly sockets: ReadonlyMap<number, PythonSocket>;
  readonly asks: AskBatch;
  run(id: number): PythonRun | undefined;
  send(frame: string, messages?: readonly Message[]): void;
  /** Waits in the present run for what the worker began itself. */
  adopt(id: number, socket: PythonSocket, addon: string, isAsked: boolean): Promise<unknown>;
}

/** Does something in a run. @throws SidecarError `run_missing`, and what `work` throws */
export async function inRun<Value>(
  link: RequestLink,
  id: number,
  work: (host: NameSpaceHost) => Promise<Value>,
): Promise<Value> {
  const run = link.run(id);
  if (run === undefined) throw runMissing(id);
  const { trouble } = run;
  run.trouble = null;
  if (trouble !== null) throw trouble.error;
  return await run.within(() => work(run.socket.host));
}

/** Answers a request with what was thrown. */
export function refuse(link: RequestLink, request: number, error: unknown): void {
  const code = error instanceof SocketIOError ? error.code : 'handler_failed';
  const retry = error instanceof SocketIOError && error.retry;
  link.send(JSON.stringify(['error', request, { code, message: reason(error), retry }]));
}

export function runMissing(id: number): SidecarError {
  return new SidecarError(
    'run_missing',
    `The handler whose run was number ${id} has ended. Listen, confirm and send from a handler while it runs.`,
  );
}
