import type { SocketIO } from '../../../web_socketio/src/socketio.ts';
import type { Change, Differs, Presence } from '../../socketio/protocol.ts';

/** Its messages tell sidecars who looks at what. */
const PRESENCE = 'web_live_presence';

/** One view of the page, as far as it hears of changes. */
export interface Hearing {
  readonly model: string;
  changed(change: Change): void;
  differs(differs: Differs): void;
  present(presence: Presence): void;
  /** Messages were missed that nobody can send again. */
  missed(): void;
  /** The tab is seen again. */
  look(): void;
  /** Nothing more comes. */
  stop(): void;
}

/** What the views of a page share: one namespace, which connects with the first of them. */
export class LiveSocket {
  readonly #connect: () => Pick<SocketIO, 'on' | 'subscribe'>;
  readonly #off: (model: string) => void;
  readonly #views = new Set<Hearing>();
  readonly #ended = new Set<string>();
  #mark: string | undefined;
  #socket: Pick<SocketIO, 'on' | 'subscribe'> | undefined;

  /** @param off is told once that a model is not live any more */
  constructor(connect: () => Pick<SocketIO, 'on' | 'subscribe'>, off: (model: string) => void) {
    this.#connect = connect;
    this.#off = off;
  }

  /** How far the page has heard: what loads from now on shows all of that. */
  get mark(): string | undefined {
    return this.#mark;
  }

  /** Each word of the server's says how far the page has heard with it. */
  heard(mark: unknown): void {
    if (typeof mark === 'string') this.#mark = mark;
  }

  isLive(model: string): boolean {
    return !this.#ended.has(model);
  }

  add(view: Hearing): void {
    this.#views.add(view);
  }

  remove(view: Hearing): void {
    this.#views.delete(view);
  }

  subscribe(event: string, ...args: unknown[]): () => void {
    this.#socket ??= this.#open();
    return this.#socket.subscribe(event, ...args);
  }

  /** The tab is seen again. */
  look(): void {
    for (const view of [...this.#views]) view.look();
  }

  /** The model is not live any more: its views stay as they are. */
  end(model: string): void {
    if (this.#ended.has(model)) return;
    this.#ended.add(model);
    for (const view of [...this.#views]) if (view.model === model) view.stop();
    this.#off(model);
  }

  #open(): Pick<SocketIO, 'on' | 'subscribe'> {
    const socket = this.#connect();
    const all = (tell: (view: Hearing) => void) => {
      for (const view of [...this.#views]) tell(view);
    };
    socket.on('changed', (changes: readonly Change[]) => {
      for (const change of changes) {
        this.heard(change.mark);
        if (change.op === 'off') this.end(change.model);
        else all((view) => view.changed(change));
      }
    });
    socket.on('differs', (differs: Differs) => {
      this.heard(differs.mark);
      all((view) => view.differs(differs));
    });
    socket.on('presence', (presence: Presence) => all((view) => view.present(presence)));
    socket.on('resync', (gap: { readonly channel?: string }) => {
      // Who is there is asked again by the server itself.
      if (gap.channel !== PRESENCE) all((view) => view.missed());
    });
    return socket;
  }
}
