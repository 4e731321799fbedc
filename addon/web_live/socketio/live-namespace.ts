import { OpenERPNameSpace, SocketIOError } from 'web_socketio';
import { Changes } from './changes/adapters.ts';
import { isArrival } from './changes/arrival.ts';
import { type LiveDatabase, LiveDatabases } from './live-database.ts';
import { LivePage, VIEW_MODEL } from './live-page.ts';
import { toMark } from './mark.ts';
import { mayPass } from './may-pass.ts';
import { PRESENCE_TIMES } from './presence/rosters.ts';
import type { Shown, ViewAnswer } from './protocol.ts';
import { toReadable } from './views/readable.ts';
import { toShown } from './views/shown.ts';
import { SocketViews, type Turn } from './views/socket-views.ts';
import { View } from './views/view.ts';

/** An import has many statements: what follows the first within this time is told together. */
const IMPORT_MS = 1_000;

const DATABASES = new LiveDatabases(PRESENCE_TIMES);

/** One page with live views: tells it what others change of what it shows, and who else looks at its records. */
export class LiveNameSpace extends OpenERPNameSpace {
  readonly #views = new SocketViews();
  #opened: { readonly database: LiveDatabase; readonly page: LivePage } | null = null;
  /** Odoo could not be asked, and that has been said. */
  #isAway = false;

  /** Brings the page what happens to the records that it watches: what it missed first, when it comes back. */
  override async recvConnect(): Promise<void> {
    const { database, page } = this.#open();
    for await (const got of this.watched(Changes)) {
      const arrivals = got.filter(isArrival);
      database.heard(arrivals, page);
      const changes = this.#views.changes(arrivals, (arrival) =>
        database.model(arrival.model).spread(arrival),
      );
      if (changes.length === 0) continue;
      await this.secureEmit(Changes, 'changed', changes);
      if (changes.some(({ op }) => op === 'many')) await pause(IMPORT_MS);
    }
  }

  /** A page shows something, or has loaded it again. */
  async on_view(sent: unknown): Promise<ViewAnswer> {
    const shown = toShown(sent);
    const { database, page } = this.#open();
    if (!this.#views.begin(shown)) return toAnswer(true, false);
    const model = database.model(shown.model);
    // Before Odoo is asked: from now on nothing is missed.
    model.join(page);
    try {
      const readable = await this.#readable(shown);
      // Closed meanwhile, or loaded again: the answer to that one counts.
      if (!page.isOpen || !this.#views.isLast(shown)) return toAnswer(readable !== null, false);
      if (readable === null) {
        this.#turn(this.#views.set(shown.view, null));
        return toAnswer(false, false);
      }
      const view = new View(page, shown, readable, this.#views.room(shown.view));
      const { stale, seq } = model.freshness(shown, (id) => view.shows(id));
      view.askedSeq = seq ?? -1;
      this.#turn(this.#views.set(shown.view, view));
      return toAnswer(true, stale, model.widestSpread);
    } finally {
      model.leave(page);
    }
  }

  /** A page shows a view no more; of another version than the last it has loaded it again, and that is known. */
  on_stop_event(event: unknown, args: unknown): void {
    if (event !== 'view' || !Array.isArray(args)) {
      throw new SocketIOError(
        'event_invalid',
        `'stop event' came with ${JSON.stringify(event)?.slice(0, 100)}. Send 'view', with what was shown.`,
      );
    }
    const shown = toShown(args[0]);
    if (this.#views.isLast(shown)) this.#turn(this.#views.delete(shown.view));
  }

  override async recvDisconnect(): Promise<void> {
    if (this.#opened === null) return;
    const { database, page } = this.#opened;
    page.isOpen = false;
    await database.gone(page, this.#views.all);
  }

  /** What the pages of this process share. Override it to have other times. */
  get databases(): LiveDatabases {
    return DATABASES;
  }

  #open() {
    if (this.#opened === null) {
      const database = this.databases.of(this.db);
      this.#opened = { database, page: new LivePage(this, database) };
    }
    return this.#opened;
  }

  /** Which of the ids its user may read; null if the model is not live for him. */
  async #readable({ model, ids, context, list }: Shown): Promise<readonly number[] | null> {
    const { page } = this.#open();
    try {
      // Those of the session may be of other companies by now.
      const own = context ?? list?.context ?? null;
      const answer = await this.model(VIEW_MODEL).call('open_view', [model, ids, own]);
      this.#isAway = false;
      return toReadable(answer);
    } catch (error) {
      if (!mayPass(error) || error.retry) throw error;
      // A page that is not told to ask again never hears of a change. Why is for the log alone: it says where Odoo is.
      if (!this.#isAway && page.isOpen) page.report(error);
      this.#isAway = true;
      throw new SocketIOError(error.code, 'Odoo could not be asked what this view may show. Ask again.', {
        retry: true,
        cause: error,
      });
    }
  }

  /** What a view shows has become something else. */
  #turn({ before, after, removed, added }: Turn): void {
    const { database, page } = this.#open();
    // First what it shows no more, of which there may be as much as a socket may watch.
    this.unwatch(Changes, ...removed);
    this.watch(Changes, ...added);
    database.turn(page, before, after).catch((error: unknown) => page.report(error));
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise<void>((resolve) => void setTimeout(resolve, ms).unref());
}

function toAnswer(live: boolean, stale: boolean, spread = 0): ViewAnswer {
  return { live, stale, spread: stale ? spread : 0, mark: toMark(performance.now()) };
}
