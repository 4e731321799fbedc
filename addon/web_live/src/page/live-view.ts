import type { Change, Differs, Presence, Shown, ShownList } from '../../socketio/protocol.ts';
import type { Hearing, LiveSocket } from './live-socket.ts';
import { type Hold, type Outcome, ReloadPlan } from './reload-plan.ts';

/** What a view has on the screen: no more ids than the server takes. */
export interface Content {
  readonly ids: readonly number[];
  /** Of a form; a list has its own. */
  readonly context?: Readonly<Record<string, unknown>>;
  readonly list?: ShownList;
}

/** A list, a kanban or a form of Odoo's. */
export interface Shows {
  /** Nothing, while it shows samples or a record that is not stored yet. */
  content(): Content | undefined;
  hold(): Hold | undefined;
  load(): Promise<Outcome>;
  /** A record that it shows has changed. @returns whether to load it again */
  changed(change: Change): boolean;
  /** It would show other records. @param who did it, if that is known */
  differs(who: number | null): void;
  present?(uids: readonly number[]): void;
  /** For how long to leave a change alone that this page made itself: Odoo has drawn it already. */
  delay(who: number | null): number;
}

/** The load that showed what is there has just ended. */
const STALE_MS = 300;
/** After a restart all pages come back at once. */
const RETURN_SPREAD_MS = 4_000;
/** A view in groups is told to differ on a guess: if it then loads the same, it waits longer for the next one. */
const [LEAST_PATIENCE_MS, LONGEST_MS] = [1_000, 8_000];

const MAX_IDS = 1_000;
let count = 0;

/** One open view: what it shows is told to the server, and what the server tells leads to a reload. */
export class LiveView implements Hearing {
  readonly model: string;
  readonly #id: number;
  readonly #socket: LiveSocket;
  readonly #view: Shows;
  readonly #plan: ReloadPlan;
  #version = 0;
  #ids: readonly number[] = [];
  #told: string | undefined;
  #loadMark: string | undefined;
  #loadBegan = performance.now();
  #loadBeganDate = Date.now();
  #unsubscribe: (() => void) | undefined;
  #isStopped = false;
  /** How often in a row a reload has brought nothing new. */
  #barren = 0;
  #isTrial = false;

  constructor(socket: LiveSocket, model: string, view: Shows) {
    count += 1;
    this.#id = count;
    this.#socket = socket;
    this.model = model;
    this.#view = view;
    this.#plan = new ReloadPlan(view);
    socket.add(this);
  }

  /** Odoo begins to load what the view shows. */
  loading(): void {
    this.#loadMark = this.#socket.mark;
    this.#loadBegan = performance.now();
    this.#loadBeganDate = Date.now();
  }

  /** … and has loaded it: the server hears of it even if it is the same as before, since it is newer. */
  loaded(): void {
    this.#tell(true);
  }

  /** Something else may have changed what is shown, such as a group that was unfolded. */
  drawn(): void {
    this.#tell(false);
  }

  changed({ model, ids, who, spread, ...change }: Change): void {
    if (model !== this.model || this.#isStopped) return;
    const mine = ids?.filter((id) => this.#ids.includes(id)) ?? null;
    if (mine?.length === 0) return;
    this.#barren = 0;
    if (this.#view.changed({ ...change, model, ids: mine, who, spread })) {
      this.#plan.ask(spread, this.#view.delay(who));
    }
  }

  differs({ view, spread, who }: Differs): void {
    if (view !== this.#id || this.#isStopped) return;
    this.#view.differs(who);
    this.#isTrial = true;
    const patience = this.#barren === 0 ? 0 : Math.min(LONGEST_MS, LEAST_PATIENCE_MS * 2 ** this.#barren);
    this.#plan.ask(spread, Math.max(patience, this.#view.delay(who)));
  }

  present({ model, id, uids }: Presence): void {
    if (model === this.model && this.#ids.includes(id)) this.#view.present?.(uids);
  }

  /** Messages were missed that nobody can send again. */
  missed(): void {
    if (!this.#isStopped) this.#plan.ask(RETURN_SPREAD_MS);
  }

  /** Its user has done what kept it from loading. */
  ask(): void {
    if (!this.#isStopped) this.#plan.ask(0);
  }

  look(): void {
    this.#plan.look();
  }

  /** Leaves it as it is, for good. */
  stop(): void {
    this.#isStopped = true;
    this.#plan.stop();
    this.#unsubscribe?.();
    this.#socket.remove(this);
  }

  #tell(isNewer: boolean): void {
    if (this.#isStopped || !this.#socket.isLive(this.model)) return;
    const content = this.#view.content();
    const text = JSON.stringify(content);
    if (isNewer) this.#judge(text);
    if (!isNewer && text === this.#told) return;
    this.#told = text;
    const unsubscribe = this.#unsubscribe;
    this.#ids = content?.ids.slice(0, MAX_IDS) ?? [];
    // The new one first: nothing is missed in between, and the end of the old one changes nothing.
    this.#unsubscribe = content && this.#subscribe(content);
    unsubscribe?.();
  }

  #subscribe({ context, list }: Content): () => void {
    this.#version += 1;
    const { model } = this;
    const [view, version, ids, mark] = [this.#id, this.#version, this.#ids, this.#loadMark];
    const age = () => this.#age();
    let isAnswered = false;
    const shown: Shown = {
      ...{ view, version, model, ids, ...(mark && { mark }) },
      ...{ ...(context && { context }), ...(list && { list }) },
      // Both are read each time that it is sent, again at each connection: a page may have been away for hours.
      get age() {
        return age();
      },
      get again() {
        return isAnswered;
      },
    };
    return this.#socket.subscribe('view', shown, (answer: unknown) => {
      this.#socket.heard(read(answer, 'mark'));
      if (version !== this.#version || this.#isStopped) return;
      isAnswered ||= typeof read(answer, 'live') === 'boolean';
      if (read(answer, 'live') === false) this.stop();
      else if (read(answer, 'stale') === true) this.#plan.ask(Number(read(answer, 'spread')) || 0, STALE_MS);
    });
  }

  /** A clock may be set, and another one stops while the machine sleeps. */
  #age(): number {
    const ages = [performance.now() - this.#loadBegan, Date.now() - this.#loadBeganDate];
    return Math.round(Math.max(0, ...ages));
  }

  #judge(text: string | undefined): void {
    if (this.#isTrial) this.#barren = text === this.#told ? this.#barren + 1 : 0;
    this.#isTrial = false;
  }
}

function read(answer: unknown, key: string): unknown {
  return typeof answer === 'object' && answer !== null ? Reflect.get(answer, key) : undefined;
}
