import type { Socket } from 'socket.io';
import type { EndReason } from '../../protocol/end.ts';
import { SUBSCRIBED } from '../../protocol/events.ts';
import type { AdapterClass } from '../api/adapter.ts';
import { SocketIOError } from '../api/error.ts';
import type { NameSpaceHost, Run, Session } from '../api/host.ts';
import type { Values } from '../api/message.ts';
import type { OpenERPNameSpace } from '../api/namespace.ts';
import type { Declaration } from '../api/registry.ts';
import { sessionMissing } from '../api/session-missing.ts';
import type { NamespaceCounts } from '../observability/counts/namespace-counts.ts';
import { type Auth, answerWay } from './auth.ts';
import { admit } from './client/admission.ts';
import type { Client, ClientSocket } from './client/client.ts';
import { endSocket } from './client/ending.ts';
import { broadcast, callModel, notify } from './client/outgoing.ts';
import { Answers, HandledEvent } from './handlers/answers.ts';
import { EventAcl } from './handlers/event-acl.ts';
import { splitAcknowledge, toFailure } from './handlers/event-answer.ts';
import { endHandlers } from './handlers/handler-end.ts';
import { HandlerReport } from './handlers/handler-report.ts';
import { HandlerRun } from './handlers/handler-run.ts';
import { HandlerRuns } from './handlers/handler-runs.ts';
import type { CountedStarting } from './handlers/handler-task.ts';
import { cutLater } from './limits/connection-guard.ts';
import { EventLimit } from './limits/event-limit.ts';
import type { Counted, NameSpaceSocketParts, WatchedArguments } from './namespace-socket-parts.ts';
import { OpenedSocket } from './opened-socket.ts';
import { Resumption } from './reading/resumption.ts';
import { Post } from './sending/post.ts';

/** One socket in one namespace: it runs the namespace's handlers, and is what they act through. */
export class NameSpaceSocket implements NameSpaceHost, ClientSocket {
  readonly #socket: Socket;
  readonly counts: NamespaceCounts;
  readonly #parts: NameSpaceSocketParts;
  readonly declaration: Declaration;
  readonly #runs: HandlerRuns;
  readonly #nameSpace: OpenERPNameSpace;
  readonly #acl: EventAcl;
  readonly #report: HandlerReport;
  readonly #limit: EventLimit;
  readonly post: Post;
  readonly #answers: Answers;
  readonly #resumption: Resumption;
  /** Until its session is known. */
  #said: Auth | null;
  #opened: OpenedSocket | null = null;
  /** Made where somebody wants to know. */
  #onClose: (() => void)[] | null = null;

  /** @param said what the client said when it connected */
  constructor(socket: Socket, { declaration, counts }: Counted, said: Auth, parts: NameSpaceSocketParts) {
    this.counts = counts;
    this.#parts = parts;
    this.#said = said;
    this.#socket = socket;
    this.post = new Post(socket, answerWay(said));
    this.declaration = declaration;
    this.#resumption = new Resumption(said.subscribes);
    this.#report = new HandlerReport(parts.log, this);
    this.#runs = new HandlerRuns(this.#report);
    this.#limit = new EventLimit(parts.limits, this.#runs);
    this.#answers = new Answers(this.#report, this);
    this.#nameSpace = new declaration.nameSpace(this);
    this.#acl = new EventAcl(this.#nameSpace.getInitialAcl());
  }

  get path(): string {
    return this.declaration.path;
  }

  get db(): string {
    return this.#said?.db ?? this.#opened?.client.gateway.name ?? '';
  }

  get client(): Client | null {
    return this.#opened?.client ?? null;
  }

  get session(): Session | null {
    return this.client?.session ?? null;
  }

  /** The session is known: handlers may run from now on. */
  open(client: Client): void {
    // Of now: with other server modules there are others.
    const { adapters } = this.#parts.registry;
    const own = { socket: this.#socket, post: this.post, path: this.path, resumption: this.#resumption };
    const positions = this.#said?.positions ?? null;
    this.#said = null;
    this.#opened = new OpenedSocket({ ...own, client, positions, adapters, report: this.#report });
    client.sockets.add(this);
    this.counts.opened(client.transport);
    this.#runs.start(this.#own('connect', true), () =>
      admit(
        this.#nameSpace,
        (error) => this.#notAdmitted(error),
        (connect) => {
          // It is asked once whether it lets its user in, however often it is started again.
          HandlerRun.current()?.owner.resume(connect);
          return connect();
        },
      ),
    );
  }

  /** An event came. @returns false if it is one too many, and has been refused */
  takes(event: string, args: readonly unknown[]): boolean {
    const over = this.#limit.check(event, args);
    if (over === null) return true;
    this.#resumption.refused();
    const own = this.#own(event);
    this.counts.refused.add(over.error.code);
    if (over.isNotable) this.#report.failed(own, over.error);
    this.#answers.refuse(own.label, over.error, splitAcknowledge(args)[1]);
    if (over.isLast) cutLater(this.#socket.conn, () => this.end({ ...toFailure(over.error), retry: true }));
    return false;
  }

  /** An event from the browser. Its last argument is a function if the browser wants an acknowledgement. */
  receive(event: string, args: readonly unknown[]): void {
    const [given, acknowledge] = splitAcknowledge(args);
    if (event === SUBSCRIBED) return void this.#resumption.complete((resumed) => acknowledge?.(resumed));
    const own = new HandledEvent(this.#own(event), this.#answers, acknowledge);
    own.counts.received += 1;
    try {
      this.#acl.check(event, this.path, this.session);
    } catch (error) {
      if (error instanceof SocketIOError) this.counts.refused.add(error.code);
      if (!this.#answers.refuse(event, error, acknowledge)) this.#report.failed(own, error);
      return;
    }
    const handle = () => this.#nameSpace.recvEvent(event, given);
    this.#runs.start(own, this.#resumption.covers(handle));
  }

  /** The socket is gone: its handlers end, the disconnect handler runs, then what they took goes back. */
  async close(): Promise<void> {
    if (this.#opened !== null) await this.#close(this.#opened);
    for (const tell of this.#onClose ?? []) tell();
  }

  async #close(opened: OpenedSocket): Promise<void> {
    opened.client.sockets.delete(this);
    this.counts.closed(opened.client.transport);
    opened.close();
    const disconnect = () =>
      this.#runs.start(this.#own('disconnect', false, true), () => this.#nameSpace.recvDisconnect());
    await endHandlers(this.#runs, disconnect, this.#report);
  }

  /** The sidecar is asked to stop: resolves when the namespace has done what it has to. */
  async stopServer(): Promise<void> {
    if (this.#opened === null) return;
    await this.#runs.start(this.#own('stopServer'), () => this.#nameSpace.stopServer()).done;
  }

  end(reason: EndReason): void {
    if (reason.retry) this.#opened?.cursors.tellAtEnd();
    if (this.#socket.connected) this.counts.ended.add(reason.code);
    endSocket(this.#socket, reason);
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
    this.#opened?.cursors.restart();
  }

  get runs(): Iterable<HandlerRun> {
    return this.#runs.running();
  }

  reportStuck(run: HandlerRun, seconds: number): void {
    this.#report.stuck(run, seconds);
  }

  tellPositions(now: number): void {
    this.#opened?.cursors.tellIfOld(now);
  }

  secureEmit(adapter: AdapterClass, event: string, args: readonly unknown[]): Promise<boolean> {
    return this.#require().flow.secureEmit(adapter, event, args);
  }

  listen(...[adapter, args, isLoop, until]: Parameters<NameSpaceHost['listen']>): Promise<unknown[]> {
    this.#listens();
    return this.#require().flow.listen(adapter, args, isLoop, until);
  }

  watch(adapter: AdapterClass, keys: readonly unknown[]): void {
    this.#require().watching.watch(adapter, keys);
  }

  unwatch(adapter: AdapterClass, keys: readonly unknown[]): void {
    this.#require().watching.unwatch(adapter, keys);
  }

  async listenToWatched(...[adapter, given = [], until]: WatchedArguments): Promise<unknown[]> {
    this.#listens();
    const { watching, flow } = this.#require();
    given.unshift(await watching.open(adapter));
    return await flow.listen(adapter, given, true, until);
  }

  validate(adapter: AdapterClass, valid: boolean): Promise<boolean> {
    return this.#require().flow.validate(adapter, valid);
  }

  async broadcast(event: string, args: readonly unknown[], others: boolean): Promise<void> {
    const except = others ? this.#socket.id : null;
    await broadcast(this.#require().client, { path: this.path, event, args, except });
  }

  async notify(channel: string, values: Values): Promise<void> {
    await notify(this.#require().client, channel, values);
  }

  async call(model: string, method: string, args: readonly unknown[], kwargs: Values): Promise<unknown> {
    return await callModel(this.#require().client, { model, method, args, kwargs });
  }

  isInstalled(addon: string): boolean {
    return this.#require().client.gateway.isInstalled(addon);
  }

  attribute(addon: string, handler?: () => unknown): Run {
    const run = HandlerRun.require('attribute');
    run.addon = addon;
    if (handler !== undefined) run.owner.resume(handler);
    return run.owner;
  }

  requireRoom(handlers: number): void {
    if (HandlerRun.current()?.fromBase === true || !this.#socket.connected) return;
    this.#limit.checkSpawn(handlers);
  }

  spawn(label: string, addon: string, handler: () => unknown, once = false): Run {
    this.requireRoom(1);
    const { fromBase = false, leaving = false } = HandlerRun.current() ?? {};
    const { head } = this.#require().client.gateway.delivery;
    const counts = this.counts.spawned(label);
    const own = { label, addon, startSeq: head, fromBase, leaving, once, counts };
    return this.#runs.start(own, fromBase ? handler : this.#resumption.covers(handler));
  }

  currentRun(): HandlerRun {
    return HandlerRun.require('currentRun');
  }

  onClose(listener: () => void): void {
    this.#onClose ??= [];
    this.#onClose.push(listener);
  }

  disconnect(): void {
    this.#socket.disconnect();
  }

  #listens(run = HandlerRun.current()): void {
    this.#resumption.listens(run);
    // A loop that the handler did not wait for.
    if (run?.ended === true) this.#runs.left(run);
  }

  /** What `on_session_id` throws says why this user must not be here. */
  #notAdmitted(error: unknown): void {
    const whom = { db: this.db, user: this.session?.uid ?? null };
    if (error instanceof SocketIOError && error.isTold) this.#parts.refusals.tell(error, this.#socket, whom);
    else {
      this.client?.gateway.counts.refusals.add(toFailure(error).code);
      this.#report.failed(this.#own('session id'), error);
    }
    this.end({ ...toFailure(error), retry: error instanceof SocketIOError && error.retry });
  }

  /** A run of the namespace's own code. */
  #own(label: string, fromBase = false, leaving = false): CountedStarting {
    const startSeq = this.#opened?.client.gateway.delivery.head ?? null;
    const counts = this.counts.event(label);
    return { label, addon: this.declaration.addon, startSeq, fromBase, leaving, counts };
  }

  #require(): OpenedSocket {
    if (this.#opened === null) throw sessionMissing(this.path);
    return this.#opened;
  }
}
