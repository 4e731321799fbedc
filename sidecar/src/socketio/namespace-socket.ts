import type { Socket } from 'socket.io';
import { type AdapterClass, CONTROL_CHANNEL, checkAdapter } from '../api/adapter.ts';
import { quote, reason, SocketIOError } from '../api/error.ts';
import type { NameSpaceHost, Run, Session } from '../api/host.ts';
import type { Values } from '../api/message.ts';
import type { OpenERPNameSpace } from '../api/namespace.ts';
import type { Declaration } from '../api/registry.ts';
import type { Log } from '../delivery/log.ts';
import { HandlerRun } from './handler-run.ts';
import type { Page, PageSocket } from './page.ts';
import { END, type EndReason, FAILURE, RESYNC, readAcknowledgement } from './wire.ts';

/** How long a browser may take to acknowledge a `secureEmit`. */
const ACKNOWLEDGE_MS = 30_000;
/** How long disconnect handlers may run; OpenERP takes the token that long after a logout. */
const DISCONNECT_MS = 30_000;

type Acknowledge = (answer?: unknown) => void;

/** One socket in one namespace: it runs the namespace's handlers, and is what they act through. */
export class NameSpaceSocket implements NameSpaceHost, PageSocket {
  readonly #socket: Socket;
  readonly #declaration: Declaration;
  readonly #log: Log;
  readonly #runs = new Set<HandlerRun>();
  readonly #nameSpace: OpenERPNameSpace;
  #page: Page | null = null;

  constructor(socket: Socket, declaration: Declaration, log: Log) {
    this.#socket = socket;
    this.#declaration = declaration;
    this.#log = log;
    this.#nameSpace = new declaration.nameSpace(this);
  }

  get path(): string {
    return this.#declaration.path;
  }

  get session(): Session | null {
    return this.#page?.session ?? null;
  }

  /** The session is known: handlers may run from now on. */
  open(page: Page): void {
    this.#page = page;
    page.sockets.add(this);
    this.#observe('connect', () => this.#nameSpace.recvConnect());
  }

  /** An event from the browser. Its last argument is a function if the browser wants an acknowledgement. */
  receive(event: string, args: unknown[]): void {
    const last = args.at(-1);
    const acknowledge = typeof last === 'function' ? toAcknowledge(last) : null;
    const given = acknowledge === null ? args : args.slice(0, -1);
    const handle = () => this.#nameSpace.recvEvent(event, given);
    const addon = this.#declaration.addon;
    const start = async () => await this.#start(event, addon, handle).result;
    start().then(
      (value) => acknowledge?.(value),
      (error: unknown) => this.#refuse(event, error, acknowledge),
    );
  }

  /** The socket is gone: its handlers end, then the disconnect handler runs. */
  async close(): Promise<void> {
    const page = this.#page;
    if (page === null) return;
    page.sockets.delete(this);
    this.#abortAll();
    const { result } = this.#start('disconnect', this.#declaration.addon, () =>
      this.#nameSpace.recvDisconnect(),
    );
    const timer = setTimeout(() => this.#abortAll(), DISCONNECT_MS);
    await result.catch((error: unknown) => this.#logFailure('disconnect', this.#declaration.addon, error));
    clearTimeout(timer);
  }

  end(end: EndReason): void {
    this.#socket.emit(END, end);
    // Closing the transport lets the browser come back by itself; a disconnect of the namespace tells it not to.
    if (end.retry) this.#socket.conn.close();
    else this.#socket.disconnect();
  }

  emit(event: string, args: readonly unknown[]): void {
    this.#socket.emit(event, ...args);
  }

  async secureEmit(adapter: AdapterClass, event: string, args: readonly unknown[]): Promise<boolean> {
    checkAdapter(adapter);
    const run = currentRun('secureEmit');
    const { ok, code } = await this.#emitAcknowledged(run, event, args);
    run.validate(adapter, ok);
    if (!ok)
      this.#warn(
        run.label,
        run.addon,
        `the browser refused '${event}' (${code ?? 'no code'}): its messages are put back`,
      );
    return ok;
  }

  #emitAcknowledged(
    run: HandlerRun,
    event: string,
    args: readonly unknown[],
  ): Promise<{ ok: boolean; code: string | null }> {
    return new Promise((resolve, reject) => {
      const abort = () => reject(run.signal.reason);
      if (run.signal.aborted) return abort();
      run.signal.addEventListener('abort', abort, { once: true });
      this.#socket.timeout(ACKNOWLEDGE_MS).emit(event, ...args, (error: unknown, answer: unknown) => {
        run.signal.removeEventListener('abort', abort);
        resolve(error ? { ok: false, code: 'no_acknowledgement' } : readAcknowledgement(answer));
      });
    });
  }

  async listen(adapter: AdapterClass, args: readonly unknown[]): Promise<unknown[]> {
    checkAdapter(adapter);
    const run = currentRun('listen');
    const page = this.#requirePage();
    const cursor = page.cursor(adapter, run.startSeq);
    run.validate(adapter, true);
    const { batch, formatted } = await page.gateway.hub.listen(cursor, args, run.signal, () => {
      this.emit(RESYNC, [{ reason: 'overflow', channel: adapter.channel }]);
    });
    run.hold(cursor, batch);
    return formatted;
  }

  validate(adapter: AdapterClass, valid: boolean): void {
    checkAdapter(adapter);
    currentRun('validate').validate(adapter, valid);
  }

  async notify(channel: string, values: Values): Promise<void> {
    if (typeof channel !== 'string' || channel === '' || channel === CONTROL_CHANNEL) {
      throw new SocketIOError(
        'channel_reserved',
        `${quote(channel)} is no channel to notify. Use a name of your own, such as 'my_channel'.`,
      );
    }
    if (typeof values !== 'object' || values === null || Array.isArray(values)) {
      throw new SocketIOError(
        'message_invalid',
        `notify('${channel}', ${quote(values)}): the values are no object. Give an object, such as {text: 'hello'}.`,
      );
    }
    const page = this.#requirePage();
    await page.gateway.notify(channel, page.session.uid, values);
  }

  async call(model: string, method: string, args: readonly unknown[], kwargs: Values): Promise<unknown> {
    const page = this.#requirePage();
    await page.proved;
    return await page.gateway.call({
      token: page.token,
      context: page.session.context,
      model,
      method,
      args,
      kwargs,
    });
  }

  isInstalled(addon: string): boolean {
    return this.#requirePage().gateway.isInstalled(addon);
  }

  spawn(label: string, addon: string, handler: () => unknown): Run {
    const { run, result } = this.#start(label, addon, handler);
    run.done = result.then(
      () => undefined,
      (error: unknown) => this.#logFailure(label, addon, error, run),
    );
    return run;
  }

  #observe(label: string, handler: () => unknown): void {
    this.spawn(label, this.#declaration.addon, handler);
  }

  #start(
    label: string,
    addon: string,
    handler: () => unknown,
  ): { run: HandlerRun; result: Promise<unknown> } {
    const page = this.#requirePage();
    const run = new HandlerRun(label, addon, page.gateway.hub.log.head, (adapter, count) => {
      this.#warn(
        label,
        addon,
        `${count} message(s) of '${adapter.channel}' failed too often and are passed over`,
      );
      this.emit(RESYNC, [{ reason: 'attempts', channel: adapter.channel }]);
    });
    this.#runs.add(run);
    const result = run.execute(handler).finally(() => this.#runs.delete(run));
    return { run, result };
  }

  #abortAll(): void {
    for (const run of this.#runs) run.abort();
  }

  #refuse(event: string, error: unknown, acknowledge: Acknowledge | null): void {
    if (isAbort(error)) return;
    if (!(error instanceof SocketIOError)) this.#logFailure(event, this.#declaration.addon, error);
    const code = error instanceof SocketIOError ? error.code : 'handler_failed';
    const message =
      error instanceof SocketIOError ? error.message : "The handler failed: see the sidecar's log.";
    if (acknowledge === null) this.emit(FAILURE, [{ event, code, message }]);
    else acknowledge({ ok: false, code, message });
  }

  #logFailure(label: string, addon: string, error: unknown, run?: HandlerRun): void {
    if (run?.signal.aborted === true || isAbort(error)) return;
    const stack = error instanceof Error && !(error instanceof SocketIOError) ? `\n${error.stack}` : '';
    const code = error instanceof SocketIOError ? error.code : 'handler_failed';
    this.#warn(label, addon, `${code}: ${reason(error)}${stack}`);
  }

  #warn(label: string, addon: string, text: string): void {
    const session = this.session;
    this.#log.warn(
      session?.db ?? null,
      `${this.path} event '${label}' of addon '${addon}', user ${session?.uid}: ${text}`,
    );
  }

  #requirePage(): Page {
    if (this.#page === null) {
      throw new SocketIOError(
        'session_missing',
        `The socket of '${this.path}' has no session yet. Wait for recvConnect.`,
      );
    }
    return this.#page;
  }
}

function currentRun(method: string): HandlerRun {
  const run = HandlerRun.current();
  if (run === undefined) {
    throw new SocketIOError(
      'run_missing',
      `${method} was called outside of a handler. Call it from on_<event>, recvConnect, or a function given to spawn.`,
    );
  }
  return run;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function toAcknowledge(callback: unknown): Acknowledge {
  return (answer) => {
    if (typeof callback !== 'function') return;
    if (answer === undefined) callback();
    else callback(answer);
  };
}
