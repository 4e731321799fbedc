import { SocketIOError } from '../api/error.ts';
import type { EventDescription } from '../api/event-description.ts';
import type { NameSpaceHost } from '../api/host.ts';
import { type NameSpaceClass, OpenERPNameSpace } from '../api/namespace.ts';
import { SidecarError } from '../api/sidecar-error.ts';
import { connect, handle } from './connecting.ts';
import type { NameSpaceSpec } from './declares.ts';
import type { Order, PythonSocket, SocketLink } from './python-socket.ts';
import type { WorkerPool } from './worker-pool.ts';

/** What a namespace in Python needs. */
export interface NameSpaceOptions {
  readonly path: string;
  readonly addon: string;
  /** What was declared of it last, in whichever database. */
  spec(): NameSpaceSpec | undefined;
  /** The workers of a database. */
  pool(db: string): WorkerPool;
}

/** A namespace whose code runs in Python workers: each socket has its object in one of them. */
export function nameSpaceClass({ path, addon, spec, pool }: NameSpaceOptions): NameSpaceClass {
  return class extends OpenERPNameSpace {
    readonly #pool: WorkerPool;
    readonly #socket: PythonSocket;
    /** The link on which its user was let in. */
    #admitted: SocketLink | null = null;

    constructor(host: NameSpaceHost) {
      super(host);
      this.#pool = pool(host.db);
      this.#socket = this.#pool.socketOf(host);
    }

    static override describeEvents(): readonly EventDescription[] {
      return [...(spec()?.events ?? [])].map((event) => ({ event }));
    }

    override getInitialAcl(): readonly string[] | null {
      return this.#spec?.acl === undefined ? [] : this.#spec.acl;
    }

    override on_session_id(): unknown {
      if (!this.#has('on_session_id')) return super.on_session_id();
      return this.#pool.wait(this.#socket).then((link) => this.#admit(link));
    }

    override recvConnect(): unknown {
      if (!this.#has('recv_connect') && !this.#has('on_session_id')) return undefined;
      const begin = async (link: SocketLink) => {
        // The object in the next worker is another one, and knows nothing of its user.
        if (this.#has('on_session_id') && this.#admitted !== link) await this.#admitAgain(link);
        if (this.#has('recv_connect')) await this.#begin(link, 'connect', 'recv_connect');
      };
      return connect({ pool: this.#pool, socket: this.#socket, key: path, label: 'connect', addon, begin });
    }

    override recvDisconnect(): unknown {
      return this.#has('recv_disconnect') ? this.#last('disconnect', 'recv_disconnect') : undefined;
    }

    override stopServer(): unknown {
      return this.#has('stop_server') ? this.#last('stop', 'stop_server') : undefined;
    }

    override recvEvent(event: string, args: readonly unknown[]): unknown {
      return handle(this.#pool, this.#socket, async (link) => {
        const method = event.replace(/[^\p{L}\p{N}_]/gu, '_');
        if (link.declared.namespaces.get(path)?.events.has(method) !== true) {
          throw new SidecarError(
            'no_such_method',
            `The namespace '${path}' has no handler for the event ${JSON.stringify(event)}.`,
          );
        }
        return await this.#begin(link, 'event', event, args);
      });
    }

    async #admit(link: SocketLink): Promise<void> {
      await this.#begin(link, 'session', 'on_session_id');
      this.#admitted = link;
    }

    /** What it throws ends the socket, as the first time. */
    async #admitAgain(link: SocketLink): Promise<void> {
      try {
        await this.#admit(link);
      } catch (error) {
        if (error instanceof SocketIOError && !error.retry)
          this.#socket.host.end({
            code: error.code,
            message: error.isTold ? error.message : 'Refused.',
            retry: false,
          });
        throw error;
      }
    }

    /** Also before the first worker of its database is there: a hook that is not known would let everybody in. */
    get #spec(): NameSpaceSpec | undefined {
      return this.#pool.nameSpace(path) ?? spec();
    }

    #has(hook: string): boolean {
      return this.#spec?.hooks.has(hook) ?? false;
    }

    /** What nobody waits for if no worker is there. */
    #last(kind: Order['kind'], name: string): unknown {
      const link = this.#pool.find(this.#socket);
      return link === null ? undefined : this.#begin(link, kind, name);
    }

    #begin(
      link: SocketLink,
      kind: Order['kind'],
      name: string,
      args: readonly unknown[] = [],
    ): Promise<unknown> {
      return link.begin(this.#socket, { kind, name, args, addon, isAsked: kind !== 'connect' });
    }
  };
}
