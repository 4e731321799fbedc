import type { OpenERPNameSpace } from 'web_socketio';
import { ModelChanges } from './changes/adapters.ts';
import { type Arrival, isArrival } from './changes/arrival.ts';
import type { LiveDatabase } from './live-database.ts';
import type { Listener } from './model/listening.ts';
import { outside } from './outside.ts';
import { PRESENCE_CHANNEL, PresenceRow, PresenceRows } from './presence/presence-row.ts';
import type { Member } from './presence/roster.ts';
import type { Differs, Presence } from './protocol.ts';
import type { ViewOwner } from './views/view.ts';

const ADDON = 'web_live';
export const VIEW_MODEL = 'web_live.view';

/** What one page does for all pages of its database in this process, and what they have done for it. */
export class LivePage implements ViewOwner, Listener, Member {
  readonly #nameSpace: OpenERPNameSpace;
  readonly #database: LiveDatabase;
  #feeds = false;
  isOpen = true;

  constructor(nameSpace: OpenERPNameSpace, database: LiveDatabase) {
    this.#nameSpace = nameSpace;
    this.#database = database;
  }

  get uid(): number {
    return this.#nameSpace.uid;
  }

  differ(views: readonly object[]): Promise<unknown> {
    return this.#nameSpace.model(VIEW_MODEL).call('differ', [views]);
  }

  tellDiffers(differs: Differs): void {
    this.#nameSpace.emit('differs', differs);
  }

  /** In the log it stands with its user, database and addon. Not if this page may not run one more handler. */
  report(error: unknown): void {
    try {
      this.#spawn('web_live: asking Odoo', () => {
        throw error;
      });
    } catch {
      // Whoever reports has others to serve.
    }
  }

  hear(model: string, heard: (arrivals: readonly Arrival[]) => void): { abort(): void } {
    return this.#spawn('web_live: changes of a model', async () => {
      for await (const got of this.#nameSpace.messages(ModelChanges, model)) heard(got.filter(isArrival));
    });
  }

  feed(key: string): void {
    if (!this.#feeds) this.#spawn('web_live: presence', () => this.#hearPresence());
    this.#feeds = true;
    // By a handler of its own: what one watches ends with it only if that is ended.
    this.#spawn('web_live: watch', () => this.#nameSpace.watch(PresenceRows, key));
  }

  unfeed(key: string): void {
    if (!this.isOpen) return;
    try {
      this.#spawn('web_live: unwatch', () => this.#nameSpace.unwatch(PresenceRows, key));
    } catch {
      // It hears of it on, and nobody listens to what it hears.
    }
  }

  say(row: PresenceRow): Promise<void> {
    return this.#nameSpace.notify(PRESENCE_CHANNEL, row.values);
  }

  tell(key: string, uids: readonly number[]): void {
    const comma = key.lastIndexOf(',');
    const presence: Presence = { model: key.slice(0, comma), id: Number(key.slice(comma + 1)), uids };
    this.#nameSpace.emit('presence', presence);
  }

  async #hearPresence(): Promise<void> {
    for await (const rows of this.#nameSpace.watched(PresenceRows)) {
      for (const row of rows) if (row instanceof PresenceRow) this.#database.rosters.hear(row, this);
    }
  }

  /** As no part of the handler that runs, which may be another page's. @throws SocketIOError `too_many_handlers` */
  #spawn(label: string, handler: () => unknown): { abort(): void } {
    return outside(() => this.#nameSpace.spawn(label, ADDON, handler));
  }
}
