import { reason } from '../api/error.ts';
import { SidecarError } from '../api/sidecar-error.ts';
import { readFrames } from './frame.ts';
import { type Hello, readHello } from './hello.ts';
import type { LineConnection, LineOwner } from './line-connection.ts';

/** So long a connection has to say hello. */
const HELLO_MS = 10_000;

const ANSWER =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: web_socketio_worker\r\n\r\n';

/** A worker as its row has it. */
export interface KnownWorker {
  readonly id: string;
  /** What it wants to hear: only who may read its row can say that. */
  readonly answer: string | null;
}

/** Who decides on a link. */
export interface OpeningOwner {
  /** @throws SidecarError why the worker is not taken */
  admit(hello: Hello): Promise<KnownWorker>;
  /** Takes the connection over. @throws SidecarError the same */
  accept(worker: KnownWorker, hello: Hello, connection: LineConnection): void;
  /** @param db which it named; null if it did not come so far */
  refused(error: SidecarError, db: string | null): void;
  over(): void;
}

/** A connection that is to become a link, until it does or is closed. */
export class LinkOpening implements LineOwner {
  readonly #owner: OpeningOwner;
  #connection: LineConnection | null = null;
  #timer: NodeJS.Timeout | null = null;
  #greeted = false;
  #db: string | null = null;
  #closed = false;

  constructor(owner: OpeningOwner) {
    this.#owner = owner;
  }

  /** @param head what came with the request already */
  start(connection: LineConnection, head: Buffer): void {
    this.#connection = connection;
    connection.write(ANSWER);
    this.#timer = setTimeout(() => {
      const text = `A connection for a Python worker did not say hello in ${HELLO_MS / 1000} s.`;
      this.#refuse(new SidecarError('link_protocol', text));
    }, HELLO_MS);
    if (head.length > 0) connection.receive(head);
  }

  line(text: string): void {
    try {
      const [frame] = readFrames(text);
      if (this.#greeted) throw unexpected('more before it was welcome');
      if (frame?.[0] !== 'hello') throw unexpected('something else than hello');
      this.#greeted = true;
      void this.#open(readHello(frame[1]));
    } catch (error) {
      this.#refuse(error);
    }
  }

  closed(problem: SidecarError | null): void {
    this.#end();
    if (problem !== null) this.#owner.refused(problem, this.#db);
  }

  close(): void {
    this.#connection?.end();
  }

  async #open(hello: Hello): Promise<void> {
    this.#db = hello.db;
    try {
      const worker = await this.#owner.admit(hello);
      if (this.#closed || this.#connection === null) return;
      this.#owner.accept(worker, hello, this.#connection);
      this.#end();
    } catch (error) {
      this.#refuse(error);
    }
  }

  #refuse(error: unknown): void {
    if (this.#closed) return;
    const refusal =
      error instanceof SidecarError
        ? error
        : new SidecarError('link_protocol', `The link failed: ${reason(error)}`);
    const { code, message, retry } = refusal;
    this.#owner.refused(refusal, this.#db);
    this.#connection?.send(JSON.stringify(['refused', { code, message, retry }]));
    this.#connection?.end();
    this.#end();
  }

  #end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (!this.#closed) this.#owner.over();
    this.#closed = true;
  }
}

function unexpected(what: string): SidecarError {
  return new SidecarError(
    'link_protocol',
    `A connection for a Python worker began with ${what}. Run one of the sidecar's release.`,
  );
}
