import type { AdapterClass } from '../api/adapter.ts';
import type { NameSpaceHost } from '../api/host.ts';
import { SidecarError } from '../api/sidecar-error.ts';
import { toJsonText } from '../lib/json-text.ts';
import type { Frame } from './frame.ts';
import { LinkListens } from './link-listens.ts';
import { inRun, type RequestLink, refuse } from './request-link.ts';

/** The frames by which a worker asks for something. */
export type Request = Exclude<
  Frame,
  Frame<'hello' | 'return' | 'throw' | 'selected' | 'declare' | 'bye' | 'pong'>
>;

/** What the handlers in one worker ask for, each in the name of its run. */
export class LinkRequests {
  readonly #link: RequestLink;
  readonly #listens: LinkListens;

  constructor(link: RequestLink) {
    this.#link = link;
    this.#listens = new LinkListens(link);
  }

  /** @param failed told of what the worker cannot be told, since it waits for no answer */
  take(frame: Request, failed: (error: unknown) => void): void {
    switch (frame[0]) {
      case 'start':
        return void this.#start(frame, failed);
      case 'listen':
        return void this.#listens.listen(frame, () => this.#adapter(frame[3]));
      case 'watched':
        return void this.#listens.watched(frame, () => this.#adapter(frame[3]));
      case 'unlisten':
        return void this.#listens.unlisten(frame[1]);
      case 'validate':
        this.#listens.heard(frame[2]);
        return void this.#answer(frame[1], frame[2], (host) =>
          host.validate(this.#adapter(frame[3]), frame[4]),
        );
      case 'secure_emit':
        this.#listens.heard(frame[2]);
        return void this.#answer(frame[1], frame[2], (host) =>
          host.secureEmit(this.#adapter(frame[3]), frame[4], frame[5].map(toJsonText)),
        );
      case 'broadcast':
        return void this.#answer(frame[1], frame[2], (host) => host.broadcast(frame[3], frame[4], frame[5]));
      case 'notify':
        return void this.#answer(frame[1], frame[2], (host) => host.notify(frame[3], frame[4]));
      case 'watch':
      case 'unwatch':
        return void this.#watch(frame);
      case 'emit':
        return void this.#quietly(failed, () =>
          this.#socket(frame[1])?.emit(frame[2], frame[3].map(toJsonText)),
        );
      case 'lift':
        return void this.#socket(frame[1])?.liftAcl();
      case 'disconnect':
        return void this.#socket(frame[1])?.disconnect();
    }
  }

  #watch([name, id, adapter, keys]: Frame<'watch' | 'unwatch'>): void {
    const run = this.#link.run(id);
    try {
      run?.within(() => run.socket.host[name](this.#adapter(adapter), keys));
    } catch (error) {
      if (run !== undefined) run.trouble = { error };
    }
  }

  /** A run has ended. */
  ended(run: number): void {
    this.#listens.heard(run);
  }

  /** @param failed told if it cannot be, and its greenlet has to end */
  #start([, id, parentId, label, number]: Frame<'start'>, failed: (error: unknown) => void): void {
    const parent = this.#link.run(parentId);
    // Its parent may have returned a moment ago.
    const socket = parent?.socket ?? this.#link.sockets.get(Number(number));
    const refuse = () => this.#link.send(JSON.stringify(['end', id]));
    if (socket === undefined) return void refuse();
    const { addon, isAsked } = parent ?? { addon: this.#addonOf(socket.host.path), isAsked: true };
    let begun = false;
    const handler = () => {
      if (begun) return undefined;
      begun = true;
      return this.#link.adopt(id, socket, addon, isAsked);
    };
    const spawn = () => socket.host.spawn(label, addon, handler, true);
    try {
      if (parent === undefined) spawn();
      else parent.within(spawn);
    } catch (error) {
      refuse();
      failed(error);
    }
  }

  #addonOf(path: string): string {
    return this.#link.declared.namespaces.get(path)?.addon ?? 'web_longpolling';
  }

  #answer(request: number, id: number, work: (host: NameSpaceHost) => Promise<unknown>): void {
    inRun(this.#link, id, work).then(
      (value = null) => this.#link.send(JSON.stringify(['answer', request, value])),
      (error: unknown) => refuse(this.#link, request, error),
    );
  }

  #quietly(failed: (error: unknown) => void, work: () => void): void {
    try {
      work();
    } catch (error) {
      failed(error);
    }
  }

  #adapter(name: string): AdapterClass {
    const adapter = this.#link.declared.adapters.get(name);
    if (adapter !== undefined) return adapter;
    throw new SidecarError(
      'adapter_invalid',
      `The adapter '${name}' was not declared by its worker, or was refused: see the log.`,
    );
  }

  #socket(number: number): NameSpaceHost | undefined {
    return this.#link.sockets.get(number)?.host;
  }
}
