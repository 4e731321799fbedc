import type { Socket } from 'socket.io';
import type { AdapterClass } from '../api/adapter.ts';
import type { AdapterRegistry } from '../api/adapter-registry.ts';
import { AbortError, quote, SocketIOError } from '../api/error.ts';
import type { NameSpaceHost, Run, Session } from '../api/host.ts';
import type { Values } from '../api/message.ts';
import type { OpenERPNameSpace } from '../api/namespace.ts';
import type { Declaration } from '../api/registry.ts';
import type { Log } from '../delivery/log.ts';
import type { Positions } from '../delivery/position.ts';
import { admit } from './admission.ts';
import { isEvent } from './broadcast.ts';
import { cutLater } from './connection-guard.ts';
import { EventAcl } from './event-acl.ts';
import { type Acknowledge, splitAcknowledge, toFailure } from './event-answer.ts';
import { EventLimit, type EventLimits } from './event-limit.ts';
import { HandlerReport, type Reported } from './handler-report.ts';
import { HandlerRun } from './handler-run.ts';
import { type Ending, HandlerRuns, type RunsOwner } from './handler-runs.ts';
import { MessageFlow } from './message-flow.ts';
import { checkNotification } from './notification.ts';
import type { Page, PageSocket } from './page.ts';
import { ReadingPlaces } from './reading-places.ts';
import { settles } from './settles.ts';
import { END, type EndReason, FAILURE, POSITION, RESYNC } from './wire.ts';

/** How long a disconnect handler keeps the socket's messages from going back, and the sidecar from stopping. */
const DISCONNECT_MS = 10_000;

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
  readonly limits: EventLimits;
  readonly log: Log;
}

/** One socket in one namespace: it runs the namespace's handlers, and is what they act through. */
export class NameSpaceSocket implements NameSpaceHost, PageSocket, RunsOwner {
  readonly #socket: Socket;
  readonly #declaration: Declaration;
  readonly #options: NameSpaceSocketOptions;
  readonly #runs: HandlerRuns;
  readonly #nameSpace: OpenERPNameSpace;
  readonly #acl: EventAcl;
  readonly #report: HandlerReport;
  readonly #limit: EventLimit;
  #opened: Opened | null = null;

  constructor(options: NameSpaceSocketOptions) {
    this.#options = options;
    this.#socket = options.socket;
    this.#declaration = options.declaration;
    this.#runs = new HandlerRuns(this);
    this.#limit = new EventLimit(options.limits, this.#runs);
    this.#report = new HandlerReport(options.log, this.path, () => this.session);
    this.#nameSpace = new options.declaration.nameSpace(this);
    this.#acl = new EventAcl(this.#nameSpace.getInitialAcl());
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
    const warn = (run: HandlerRun, text: string) => this.#report.warn(run, text);
    const places = new ReadingPlaces({ gateway, send, resync }, positions);
    const flow = new MessageFlow({ socket, gateway, adapters, places, warn, resync });
    this.#opened = { page, places, flow };
    page.sockets.add(this);
    this.#runs.start({ ...this.#own('connect'), fromBase: true }, () =>
      admit(this.#nameSpace, (error) => this.#notAdmitted(error)),
    );
  }

  /** An event came. @returns false if it is one too many, and has been refused */
  takes(event: string, args: readonly unknown[]): boolean {
    const over = this.#limit.check(event, args);
    if (over === null) return true;
    const own = this.#own(event);
    if (over.isNotable) this.#report.failed(own, over.error);
    this.#refuse(own, over.error, splitAcknowledge(args)[1]);
    if (over.isLast) cutLater(this.#socket.conn, () => this.end({ ...toFailure(over.error), retry: true }));
    return false;
  }

  /** An event from the browser. Its last argument is a function if the browser wants an acknowledgement. */
  receive(event: string, args: readonly unknown[]): void {
    const [given, acknowledge] = splitAcknowledge(args);
    const own = this.#own(event);
    const ending: Ending = {
      returned: (value) => this.#answer(own, value, acknowledge),
      threw: (error, run) => this.#refuse(run, error, acknowledge),
    };
    try {
      this.#acl.check(event, this.path, this.session);
    } catch (error) {
      this.#refuse(own, error, acknowledge);
      return;
    }
    this.#runs.start({ ...own, ending }, () => this.#nameSpace.recvEvent(event, given));
  }

  /** The socket is gone: its handlers end, the disconnect handler runs, then what they took goes back. */
  async close(): Promise<void> {
    if (this.#opened === null) return;
    const { page, places } = this.#opened;
    page.sockets.delete(this);
    places.close();
    const ended = this.#runs.stop();
    const run = this.#runs.start(this.#own('disconnect'), () => this.#nameSpace.recvDisconnect());
    if (!run.ended && !(await settles(run.done, DISCONNECT_MS))) {
      this.#report.warn(run, `still runs ${DISCONNECT_MS / 1000} s after the socket has gone`);
    }
    for (const one of ended) one.release();
    if (!run.ended) run.abort();
  }

  /** The sidecar is asked to stop: resolves when the namespace has done what it has to. */
  async stopServer(): Promise<void> {
    if (this.#opened === null) return;
    await this.#runs.start(this.#own('stopServer'), () => this.#nameSpace.stopServer()).done;
  }

  end({ code, message, retry }: EndReason): void {
    this.#socket.emit(END, { code, message, retry });
    // Closing the transport lets the browser come back by itself; a disconnect of the namespace tells it not to.
    if (retry) this.#socket.conn.close();
    else this.#socket.disconnect();
  }

  emit(event: string, args: readonly unknown[]): void {
    this.#socket.emit(event, ...args);
  }

  liftAcl(): void {
    this.#acl.lift();
  }

  finish(): Promise<void> {
    return this.#runs.finish();
  }

  restart(): void {
    this.#opened?.places.restart();
  }

  get runs(): Iterable<HandlerRun> {
    return this.#runs.running;
  }

  reportStuck(run: HandlerRun, seconds: number): void {
    this.#report.stuck(run, seconds);
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
    checkNotification(channel, values);
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

  attribute(addon: string): Run {
    const run = HandlerRun.require('attribute');
    run.addon = addon;
    return run;
  }

  spawn(label: string, addon: string, handler: () => unknown): Run {
    const fromBase = HandlerRun.current()?.fromBase ?? false;
    if (!fromBase && this.#socket.connected) this.#limit.checkSpawn();
    const { head } = this.#require().page.gateway.hub.log;
    return this.#runs.start({ label, addon, startSeq: head, fromBase }, handler);
  }

  failed(run: HandlerRun, error: unknown): void {
    if (run.signal.reason === null) this.#report.failed(run, error);
  }

  forgot(run: HandlerRun, { channel }: AdapterClass): void {
    const text = `ended without secureEmit or validate: its messages of the queue '${channel}' are put back`;
    this.#report.warn(run, text);
  }

  /** What `on_session_id` throws says why this user must not be here. */
  #notAdmitted(error: unknown): void {
    if (!(error instanceof SocketIOError)) this.#report.failed(this.#own('session id'), error);
    this.end({ ...toFailure(error), retry: error instanceof SocketIOError && error.retry });
  }

  /** A run of the namespace's own code. */
  #own(label: string): { label: string; addon: string; startSeq: number | null; fromBase: boolean } {
    const startSeq = this.#opened?.page.gateway.hub.log.head ?? null;
    return { label, addon: this.#declaration.addon, startSeq, fromBase: false };
  }

  /** A value that JSON does not have, such as a BigInt, is a failure of the handler. */
  #answer(handler: Reported, value: unknown, acknowledge: Acknowledge | null): void {
    try {
      acknowledge?.(value);
    } catch (error) {
      this.#refuse(handler, error, acknowledge);
    }
  }

  #refuse(handler: Reported, error: unknown, acknowledge: Acknowledge | null): void {
    const failure = toFailure(error);
    const isTold = error instanceof SocketIOError && failure.message === error.message;
    if (!isTold) this.#report.failed(handler, error);
    if (acknowledge !== null) acknowledge({ ok: false, ...failure });
    else if (!(error instanceof AbortError)) this.emit(FAILURE, [{ event: handler.label, ...failure }]);
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
