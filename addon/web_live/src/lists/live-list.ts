import type { Change } from '../../socketio/protocol.ts';
import { type Client, failed, follow, guarded, ownDelay, pageHold } from '../page/client.ts';
import { type Content, LiveView, type Shows } from '../page/live-view.ts';
import type { Hold, Outcome } from '../page/reload-plan.ts';
import { contentOf } from './list-content.ts';
import { markElement } from './mark-element.ts';
import { Marks } from './marks.ts';
import { OwnLoad } from './own-load.ts';
import { idsOf, type News, SameRecords } from './same-records.ts';

/** What somebody types into: a reload would take the place away. */
const TYPED = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]';

/** An open list or kanban of Odoo's. */
export class LiveList implements Shows {
  readonly #client: Client;
  readonly #controller: Odoo.ListController;
  readonly #model: Odoo.ViewModel<Odoo.LiveListRoot>;
  readonly #keepsGroups: boolean;
  readonly #marks: Marks;
  readonly #view: LiveView;
  /** While we load. */
  #own: OwnLoad | undefined;
  #before: SameRecords | undefined;
  #isDomainSelected = false;
  /** Until it is drawn. */
  #news: News | undefined;
  #focused: string | undefined;

  /** @param kind of a kanban, Odoo keeps the columns itself */
  constructor(
    client: Client,
    controller: Odoo.ListController,
    model: Odoo.ViewModel<Odoo.LiveListRoot>,
    kind: 'list' | 'kanban',
  ) {
    this.#client = client;
    this.#controller = controller;
    this.#model = model;
    this.#keepsGroups = kind === 'list';
    this.#marks = new Marks(client.self);
    this.#view = new LiveView(client.socket, controller.props.resModel, this);
    const release = follow(client, model, this.#view, {
      loading: () => this.#own?.loading(),
      loaded: (root) => this.#loaded(root),
      read: ({ root }) => void [root.count, idsOf(root.records)],
    });
    client.owl.onPatched(() => guarded(client, () => this.#drawn()));
    client.owl.onWillDestroy(() => {
      release();
      this.#view.stop();
    });
  }

  content(): Content | undefined {
    const { root, useSampleModel, orm } = this.#client.owl.toRaw(this.#model);
    const content = contentOf(this.#client.owl.toRaw(root));
    if (!useSampleModel && !orm?.isSample) return content;
    // Samples stand for nothing: the view is empty, and waits for its first record.
    return { ids: [], ...(content.list && { list: { ...content.list, count: 0 } }) };
  }

  hold(): Hold | undefined {
    const held = pageHold(this.#client);
    if (held !== undefined) return held;
    const { activeElement } = document;
    const isTyping = this.#element?.contains(activeElement) && activeElement?.closest('.o_renderer');
    if (isTyping && activeElement?.matches(TYPED)) return 'busy';
    const isEdited = Boolean(this.#model.root.editedRecord || this.#controller.quickCreateState?.groupId);
    return isEdited ? 'busy' : undefined;
  }

  async load(): Promise<Outcome> {
    const { model, hands } = { model: this.#model, hands: this.#client.hands };
    await model.mutex?.getUnlockedDef();
    if (this.hold() !== undefined) return 'interrupted';
    const own = new OwnLoad(model);
    this.#own = own;
    this.#before = new SameRecords(this.#client.owl.toRaw(model.root));
    this.#isDomainSelected = model.root.isDomainSelected === true;
    this.#focused = this.#focusedId();
    const release = hands.onTouch((target) => {
      // With the keyboard nowhere, its keys are for the view.
      if (this.#element?.contains(target) || target === document.body) own.giveUp();
    });
    try {
      return await own.run();
    } catch (error) {
      return failed(this.#client, error);
    } finally {
      release();
      this.#own = undefined;
      this.#before = undefined;
    }
  }

  changed(change: Change): boolean {
    if (change.who !== null) void this.#client.names.of(change.who);
    this.#marks.changed(change);
    return true;
  }

  differs(who: number | null): void {
    if (who !== null) void this.#client.names.of(who);
    this.#marks.differs(who);
  }

  delay(who: number | null): number {
    return ownDelay(this.#client, who);
  }

  get #element(): HTMLElement | null {
    return this.#controller.rootRef?.el ?? null;
  }

  #loaded(root: Odoo.LiveListRoot): void {
    if (this.#before === undefined || this.#own?.isOn !== true) {
      this.#marks.forget();
      return;
    }
    this.#own.loaded();
    this.#news = this.#before.giveTo(this.#client.owl.toRaw(root), { withGroups: this.#keepsGroups });
    if (this.#isDomainSelected) root.selectDomain?.(true);
    this.#model.useSampleModel = false;
    // Rows that stay have functions which know the records of before, unless all of the view is drawn.
    this.#model.notify();
  }

  #drawn(): void {
    const news = this.#news;
    if (news === undefined) return;
    this.#news = undefined;
    const { records } = this.#client.owl.toRaw(this.#model.root);
    const marked = this.#marks.take(news, this.#client.ownWrites.isRecent);
    for (const { id, resId } of records) {
      const who = resId === false ? undefined : marked.get(resId);
      const element = this.#elementOf(id);
      if (who === undefined || !element) continue;
      markElement(element, who === null ? Promise.resolve(undefined) : this.#client.names.of(who));
    }
    if (document.activeElement === document.body && this.#focused !== undefined) {
      this.#elementOf(this.#focused)?.focus({ preventScroll: true });
    }
    this.#focused = undefined;
  }

  #focusedId(): string | undefined {
    const { activeElement } = document;
    if (!this.#element?.contains(activeElement)) return undefined;
    return activeElement?.closest<HTMLElement>('[data-id]')?.dataset['id'];
  }

  #elementOf(id: string): HTMLElement | null {
    return this.#element?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`) ?? null;
  }
}
