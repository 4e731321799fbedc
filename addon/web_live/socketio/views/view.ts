import { recordKey } from '../changes/adapters.ts';
import type { Differs, Shown, ShownList } from '../protocol.ts';
import { SortedIds } from './sorted-ids.ts';

/** The socket whose page shows a view. */
export interface ViewOwner {
  readonly uid: number;
  /** Whether its page is still there. */
  readonly isOpen: boolean;
  /** Asks Odoo, as its user. */
  differ(views: readonly object[]): Promise<unknown>;
  /** Tells its page that a view would show something else now. */
  tellDiffers(differs: Differs): void;
  /** Has the log say why Odoo could not be asked. Throws nothing. */
  report(error: unknown): void;
}

/** What is asked about a list: what it shows, and where from. */
export type Window = Pick<Shown, 'model' | 'ids'> & ShownList;

/** One view of a page, in the version that it shows. */
export class View {
  readonly owner: ViewOwner;
  readonly number: number;
  readonly version: number;
  readonly model: string;
  /** The records of which its page hears at once, all of which its user may read. */
  readonly watched: SortedIds;
  /** More of them, of which it hears as a list that differs: a socket cannot watch so many. */
  readonly rest: SortedIds;
  /** Of a list: JSON of what it shows and where from, since that takes less than objects; null for a form. */
  readonly window: string | null;
  /** The key of the record on which its user is; null for a list. */
  readonly presence: string | null;
  /** Up to which of the model's changes it is known whether it differs. */
  askedSeq = 0;
  /** When it was asked about last. */
  askedAt = Number.NEGATIVE_INFINITY;

  /**
   * @param readable those of the ids that its user may read
   * @param most how many of them may be watched
   */
  constructor(owner: ViewOwner, shown: Shown, readable: readonly number[], most: number) {
    this.owner = owner;
    this.number = shown.view;
    this.version = shown.version;
    this.model = shown.model;
    this.watched = new SortedIds(readable.slice(0, most));
    this.rest = readable.length > most ? new SortedIds(readable.slice(most)) : NONE;
    const { model, ids, list } = shown;
    const [id] = readable;
    const isForm = list === undefined && ids.length === 1 && id !== undefined;
    this.presence = isForm ? recordKey(model, id) : null;
    this.window = list === undefined ? null : JSON.stringify({ model, ids, ...list } satisfies Window);
  }

  shows(id: number): boolean {
    return this.watched.has(id) || this.rest.has(id);
  }
}

const NONE = new SortedIds([]);
