import type { Socket } from 'socket.io';
import { type AdapterClass, CONTROL_CHANNEL } from '../api/adapter.ts';
import type { AdapterRegistry } from '../api/adapter-registry.ts';
import { quote, reason, SocketIOError } from '../api/error.ts';
import type { NameSpaceHost, Run, Session } from '../api/host.ts';
import type { Values } from '../api/message.ts';
import type { OpenERPNameSpace } from '../api/namespace.ts';
import type { Declaration } from '../api/registry.ts';
import type { Log } from '../delivery/log.ts';
import type { Positions } from '../delivery/position.ts';
import { isEvent } from './broadcast.ts';
import { HandlerRun } from './handler-run.ts';
import { type Ending, HandlerRuns, type RunsOwner } from './handler-runs.ts';
import { MessageFlow } from './message-flow.ts';
import type { Page, PageSocket } from './page.ts';
import { ReadingPlaces } from './reading-places.ts';
import { END, type EndReason, FAILURE, POSITION, RESYNC } from './wire.ts';

/** How long disconnect handlers may run; OpenERP takes the token that long after a logout. */
const DISCONNECT_MS = 30_000;

type Acknowledge = (answer?: unknown) => void;

/** What a socket has once its session is known. */
interface Opened {
  readonly page: Page;
  readonly places: ReadingPlaces;
  readonly flow: MessageFlow;
}

/** What a socket is made of. */
export interface NameSpaceSocketOptions {
  readonly socket: Socket;
  readonly declaration: Declaration;
  readonly adapters: AdapterRegistry;
  /** What the page said of its positions; null if it keeps none. */
  readonly positions: Positions | null;
  readonly log: Log;
}

/** One socket in one namespace: it runs the namespace's handlers, and is what they act through. */
export class NameSpaceSocket implements NameSpaceHost, PageSocket, RunsOwner {
  readonly #socket: Socket;
  readonly #declaration: Declaration;
  readonly #options: NameSpaceSocketOptions;
  readonly #runs: HandlerRuns;
  readonly #nameSpace: OpenERPNameSpace;
  #opened: Opened | null = null;

  constructor(options: NameSpaceSocketOptions) {
    this.#options = options;
    this.#socket = options.socket;
    this.#declaration = options.declaration;
    this.#runs = new HandlerRuns(this);
    this.#nameSpace = new options.declaration.nameSpace(this);
  }

  get path(): string {
    return this.#declaration.path;
  }

  get session(): Session | null {
    return this.#opened?.page.session ?? null;
  }

  /** The session is known: handlers may run from now on. */
  open(page: Page): void {
    const { gateway } = page;
    const { socket, adapters, positions } = this.#options;
    const send = (moved: Positions) => this.emit(POSITION, [moved]);
    const resync = (reason: string, channel: string | null) =>
      this.emit(RESYNC, [channel === null ? { reason } : { reason, channel }]);
    const warn = (run: HandlerRun, text: string) => this.#warn(run.label, run.addon, text);
    const places = new ReadingPlaces({ gateway, send, resync }, positions);
    const flow = new MessageFlow({ socket, gateway, adapters, places, warn, resync });
    this.#opened = { page, places, flow };
    page.sockets.add(this);
    this.#runs.start({ ...this.#own('connect'), fromBase: true }, () => this.#nameSpace.recvConnect());
  }

  /** An event from the browser. Its last argument is a function if the browser wants an acknowledgement. */
  receive(event: string, args: unknown[]): void {
    const last = args.at(-1);
    const acknowledge = typeof last === 'function' ? toAcknowledge(last) : null;
    const given = acknowledge === null ? args : args.slice(0, -1);
    const ending: Ending = {
      returned: (value) => acknowledge?.(value),
      threw: (error) => this.#refuse(event, error, acknowledge),
    };
    try {
      this.#runs.start({ ...this.#own(event), ending }, () => this.#nameSpace.recvEvent(event, given));
    } catch (error) {
      ending.threw(error);
    }
  }

  /** The socket is gone: its handlers end, then the disconnect handler runs. */
  async close(): Promise<void> {
    if (this.#opened === null) return;
    const { page, places } = this.#opened;
    page.sockets.delete(this);
    places.close();
    this.#runs.abort();
    const run = this.#runs.start(this.#own('disconnect'), () => this.#nameSpace.recvDisconnect());
    const timer = setTimeout(() => this.#runs.abort(), DISCONNECT_MS);
    await run.done;
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

  finish(): Promise<void> {
    return this.#runs.finish();
  }

  restart(): void {
    this.#opened?.places.restart();
  }

  tellPositions(now: number): void {
    this.#opened?.places.tellIfOld(now);
  }

  secureEmit(adapter: AdapterClass, event: string, args: readonly unknown[]): Promise<boolean> {
    return this.#require().flow.secureEmit(adapter, event, args);
  }

  listen(adapter: AdapterClass, args: readonly unknown[]): Promise<unknown[]> {
    return this.#require().flow.listen(adapter, args);
  }

  validate(adapter: AdapterClass, valid: boolean): Promise<boolean> {
    return this.#require().flow.validate(adapter, valid);
  }

  async broadcast(event: string, args: readonly unknown[], others: boolean): Promise<void> {
    const { gateway } = this.#require().page;
    if (!isEvent(event)) {
      throw new SocketIOError(
        'event_invalid',
        `${quote(event)} is no event to broadcast. Use a name of your own.`,
      );
    }
    await gateway.broadcast({ path: this.path, event, args, except: others ? this.#socket.id : null });
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
    const { page } = this.#require();
    await page.gateway.notify(channel, page.session.uid, values);
  }

  async call(model: string, method: string, args: readonly unknown[], kwargs: Values): Promise<unknown> {
    const { page } = this.#require();
    await page.proved;
    return await page.gateway.call({
      token: page.token,
      uid: page.session.uid,
      context: page.session.context,
      model,
      method,
      args,
      kwargs,
    });
  }

  isInstalled(addon: string): boolean {
    return this.#require().page.gateway.isInstalled(addon);
  }

  spawn(label: string, addon: string, handler: () => unknown): Run {
    const fromBase = HandlerRun.current()?.fromBase ?? false;
    const { head } = this.#require().page.gateway.hub.log;
    return this.#runs.start({ label, addon, startSeq: head, fromBase }, handler);
  }

  failed(run: HandlerRun, error: unknown): void {
    this.#logFailure(run.label, run.addon, error, run);
  }

  forgot({ label, addon }: HandlerRun, { channel }: AdapterClass): void {
    const text = `ended without secureEmit or validate: its messages of the queue '${channel}' are put back`;
    this.#warn(label, addon, text);
  }

  /** A run of the namespace's own code. */
  #own(label: string): { label: string; addon: string; startSeq: number; fromBase: boolean } {
    const { head } = this.#require().page.gateway.hub.log;
    return { label, addon: this.#declaration.addon, startSeq: head, fromBase: false };
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
    if ((run !== undefined && run.signal.reason !== null) || isAbort(error)) return;
    const stack = error instanceof Error && !(error instanceof SocketIOError) ? `\n${error.stack}` : '';
    const code = error instanceof SocketIOError ? error.code : 'handler_failed';
    this.#warn(label, addon, `${code}: ${reason(error)}${stack}`);
  }

  #warn(label: string, addon: string, text: string): void {
    const session = this.session;
    this.#options.log.warn(
      session?.db ?? null,
      `${this.path} event '${label}' of addon '${addon}', user ${session?.uid}: ${text}`,
    );
  }

  #require(): Opened {
    if (this.#opened === null) {
      throw new SocketIOError(
        'session_missing',
        `The socket of '${this.path}' has no session yet. Wait for recvConnect.`,
      );
    }
    return this.#opened;
  }
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
