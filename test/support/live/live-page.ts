import { expect } from 'vitest';
import type {
  Change,
  Differs,
  Presence,
  Shown,
  ShownList,
  ViewAnswer,
} from '../../../addon/web_live/socketio/protocol.ts';
import type { Page } from '../../../addon/web_socketio/src/page.ts';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { openPageOf } from '../browser/browser-page.ts';
import type { TestDatabase } from '../postgres/test-database.ts';

/** What a page says of a list, unless a test says something else. */
export const ALL = {
  domain: [],
  context: {},
  order: 'id',
  offset: 0,
  limit: 80,
  count_limit: 10_000,
  grouped: false,
} satisfies Omit<ShownList, 'count'>;

/** What a page shows, as far as a test has to say it. */
export type ShownBy = Pick<Shown, 'view' | 'model' | 'ids'> & Partial<Shown>;

/** When a load began, and what the page had heard before. */
export interface Load {
  readonly at: number;
  readonly mark: string | undefined;
}

/** A page as browsers have it, which shows what a test tells it to, and loads nothing. */
export class LivePage {
  readonly page: Page;
  readonly socket: SocketIO;
  readonly changes: Change[] = [];
  readonly differs: Differs[] = [];
  readonly presences: Presence[] = [];
  readonly resyncs: unknown[] = [];
  /** To what it said of its views. */
  readonly answers: ViewAnswer[] = [];
  /** Each packet of an event that came over the wire, as text. */
  readonly frames: string[] = [];
  /** How often `changed` came. */
  events = 0;
  #mark: string | undefined;
  readonly #views = new Map<number, { readonly version: number; stop(): void }>();

  private constructor(page: Page) {
    this.page = page;
    this.socket = new SocketIO('/web_live', page);
    this.socket.on('changed', (changes: Change[]) => {
      this.events += 1;
      this.changes.push(...changes);
      this.#mark = changes[0]?.mark;
    });
    this.socket.on('differs', (differs: Differs) => {
      this.differs.push(differs);
      this.#mark = differs.mark;
    });
    this.socket.on('presence', (presence: Presence) => void this.presences.push(presence));
    this.socket.on('resync', (gap: unknown) => void this.resyncs.push(gap));
  }

  static async open(database: TestDatabase, url: string, uid = 2): Promise<LivePage> {
    const { page } = openPageOf(database, url, { uid });
    const live = new LivePage(page);
    const manager = await page.manager();
    manager.on('open', () =>
      manager.engine.on('packet', ({ data }: { data?: unknown }) => void live.frames.push(String(data))),
    );
    await expect.poll(() => live.socket.connected).toBe(true);
    return live;
  }

  /** What it was told of these events over the wire, whatever its handlers did with it. */
  framesOf(...events: readonly string[]): string[] {
    return this.frames.filter((frame) => events.some((event) => frame.includes(`["${event}"`)));
  }

  /** A load begins now. */
  load(): Load {
    return { at: performance.now(), mark: this.#mark };
  }

  /** A view shows this from now on, which was loaded just now. @returns the first answer */
  async show({ view, ...shown }: ShownBy, { at, mark } = this.load()): Promise<ViewAnswer> {
    const before = this.#views.get(view);
    const version = (before?.version ?? 0) + 1;
    let isAnswered = false;
    const sent = {
      ...{ view, version, ...(mark === undefined ? {} : { mark }) },
      ...shown,
      get age() {
        return performance.now() - at;
      },
      get again() {
        return isAnswered;
      },
    };
    return await new Promise((resolve) => {
      const stop = this.socket.subscribe('view', sent, (answer: ViewAnswer) => {
        isAnswered ||= typeof answer.live === 'boolean';
        this.#mark = answer.mark ?? this.#mark;
        this.answers.push(answer);
        resolve(answer);
      });
      this.#views.set(view, { version, stop });
      before?.stop();
    });
  }

  /** The view is closed. */
  close(view: number): void {
    this.#views.get(view)?.stop();
    this.#views.delete(view);
  }
}
