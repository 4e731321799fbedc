import type { Change } from '../../socketio/protocol.ts';
import { markElement } from '../lists/mark-element.ts';
import { type Client, failed, follow, guarded, isOwn, ownDelay, pageHold } from '../page/client.ts';
import { changedFields, type FieldTexts, textsOf } from '../page/field-texts.ts';
import { type Content, LiveView, type Shows } from '../page/live-view.ts';
import type { Hold, Outcome } from '../page/reload-plan.ts';
import { FormNotice } from './form-notice.ts';
import { reactionTo } from './reaction.ts';
import { leave, viewStored } from './stored-record.ts';
import { Viewers } from './viewers.ts';

/** A row that is being edited in a list inside of the form. */
const EDITED_ROW = '.o_data_row.o_selected_row';

/** An open form of Odoo's. The template calls it `webLive`. */
export class LiveForm implements Shows {
  readonly notice: FormNotice;
  readonly viewers: Viewers;
  readonly #client: Client;
  readonly #controller: Odoo.FormController;
  readonly #model: Odoo.ViewModel<Odoo.FormRecord>;
  readonly #view: LiveView;
  #isTyping = false;
  /** Where that is. */
  #typedIn: Element | null = null;
  #resId: number | false = false;
  /** Who has changed the record since it was loaded, besides this page; undefined if nobody is known to have. */
  #who: number | null | undefined;
  /** It was to be loaded when it had changes of its own. */
  #isDue = false;
  /** Deleted by this user, most likely in this page: then it will not be shown much longer. */
  #deleted: number | false = false;
  /** While we load. */
  #before: FieldTexts | undefined;
  /** Until it is drawn. */
  #toMark: { readonly fields: readonly string[]; readonly who: number | null } | undefined;

  constructor(client: Client, controller: Odoo.FormController, model: Odoo.ViewModel<Odoo.FormRecord>) {
    this.#client = client;
    this.#controller = controller;
    this.#model = model;
    this.notice = new FormNotice(client);
    this.viewers = new Viewers(client);
    this.#view = new LiveView(client.socket, controller.props.resModel, this);
    const release = follow(client, model, this.#view, {
      loaded: (record) => this.#loaded(record),
      read: ({ root }) => this.#read(root),
    });
    const onTyping = (event: Event) => {
      this.#isTyping = Boolean(Reflect.get(event, 'detail'));
      this.#typedIn = document.activeElement;
      this.#catchUp();
    };
    model.bus.addEventListener('FIELD_IS_DIRTY', onTyping);
    // Odoo does not say so when it takes what was typed for the value that it has, such as 5.0 for 5.
    const stay = client.hands.onLeave((target) => {
      if (!this.#isTyping || target !== this.#typedIn) return;
      this.#isTyping = false;
      this.#catchUp();
    });
    client.owl.onPatched(() => guarded(client, () => this.#drawn()));
    client.owl.onWillDestroy(() => {
      release();
      stay();
      model.bus.removeEventListener('FIELD_IS_DIRTY', onTyping);
      this.notice.clear();
      this.#view.stop();
    });
  }

  content(): Content | undefined {
    const { resId, context } = this.#record ?? {};
    return typeof resId === 'number' ? { ids: [resId], ...(context && { context }) } : undefined;
  }

  hold(): Hold | undefined {
    const held = pageHold(this.#client);
    if (held !== undefined) return held;
    const isEdited = this.#element?.querySelector(EDITED_ROW) != null || this.#isBelowDialog;
    return isEdited && !this.#isDirty ? 'busy' : undefined;
  }

  changed({ op, who }: Change): boolean {
    const own = isOwn(this.#client, who);
    if (!own) this.#who = who;
    const reaction = reactionTo(op, { isDirty: this.#isDirty, isOwn: own });
    if (reaction === 'tell') this.notice.show('changed', who);
    if (reaction === 'gone') this.#gone(who);
    if (reaction === 'check') this.#deleted = this.#resId;
    return reaction === 'load' || reaction === 'check';
  }

  differs(): void {
    // It shows one record.
  }

  present(uids: readonly number[]): void {
    this.viewers.show(uids);
  }

  delay(who: number | null): number {
    return ownDelay(this.#client, who);
  }

  async load(): Promise<Outcome> {
    await this.#model.mutex?.getUnlockedDef();
    const record = this.#record;
    if (typeof record?.resId !== 'number') return 'loaded';
    const { kind } = this.notice.state;
    if (kind === 'gone') return 'loaded';
    if (record.resId === this.#deleted) {
      this.#gone(this.#client.self() ?? null);
      return 'loaded';
    }
    if (!this.#isDirty) return this.hold() === undefined ? this.#load(record) : 'interrupted';
    // Its user has begun to type while the reload was on its way.
    this.#isDue = true;
    if (kind === undefined && this.#who !== undefined) this.notice.show('changed', this.#who);
    return 'loaded';
  }

  /** The button View. */
  readonly openStored = (): void => {
    guarded(this.#client, () => viewStored(this.#controller, this.#model.root));
  };

  /** The button Reload, which gives up what was typed. */
  readonly reload = async (): Promise<void> => {
    await this.#model.root.discard();
    this.#isTyping = false;
    await this.#load(this.#model.root);
  };

  /** The button Leave, of a record that is gone. */
  readonly leave = (): Promise<void> => leave(this.#controller, this.#model.root);

  get #record(): Odoo.FormRecord | undefined {
    const { owl } = this.#client;
    // There is none until it has loaded.
    const root: Odoo.FormRecord | undefined = owl.toRaw(this.#model).root;
    return root && owl.toRaw(root);
  }

  get #isDirty(): boolean {
    return this.#isTyping || this.#record?.dirty === true;
  }

  /** In a dialog, a line of the record is edited while the form itself has no changes: with a reload it would be lost. */
  get #isBelowDialog(): boolean {
    const { env, formInDialog = 0 } = this.#controller;
    return formInDialog > (env.inDialog ? 1 : 0);
  }

  get #element(): HTMLElement | null {
    return this.#controller.rootRef?.el ?? null;
  }

  async #load(record: Odoo.FormRecord): Promise<Outcome> {
    this.#before = textsOf(record.data);
    try {
      // By way of the model's own one, whose changes are drawn.
      await this.#model.root.load();
      return 'loaded';
    } catch (error) {
      // Odoo's own error for a record that is not there any more.
      if (!(error instanceof Error && 'resIds' in error)) return failed(this.#client, error);
      this.#gone(this.#who ?? null);
      return 'loaded';
    } finally {
      this.#before = undefined;
    }
  }

  #loaded({ resId, data }: Odoo.FormRecord): void {
    if (resId !== this.#resId) {
      this.#turnTo(resId);
      return;
    }
    const who = this.#who;
    this.#who = undefined;
    this.#isDue = false;
    if (this.#before && who !== undefined && who !== this.#client.self()) {
      this.#toMark = { fields: changedFields(this.#before, textsOf(data)), who };
    }
    // Its user may have begun to type while it was loaded, and somebody may have changed or deleted it since.
    if (!this.#isDirty && this.notice.state.kind === 'changed') this.notice.clear();
  }

  #read(record: Odoo.FormRecord | undefined): void {
    // Both are looked at, so that we hear of changes of either.
    const [isDirty, resId] = [record?.dirty, record?.resId];
    // Odoo saves one and goes on to the next, or makes a new one of what was deleted, without loading it.
    if (resId !== undefined && resId !== this.#resId) this.#turnTo(resId);
    if (!isDirty) this.#catchUp();
  }

  /** Another record: nothing that was known is of this one. */
  #turnTo(resId: number | false): void {
    this.#resId = resId;
    this.#who = undefined;
    this.#isDue = false;
    this.#isTyping = false;
    this.#deleted = false;
    this.viewers.show([]);
    this.notice.clear();
  }

  /** The changes that kept it from being loaded are saved, or discarded. */
  #catchUp(): void {
    const isDue = this.#isDue || this.notice.state.kind === 'changed';
    if (isDue && !this.#isDirty) this.#view.ask();
  }

  #gone(who: number | null): void {
    this.viewers.show([]);
    this.notice.show('gone', who);
  }

  #drawn(): void {
    if (this.#toMark === undefined) return;
    const { fields, who } = this.#toMark;
    this.#toMark = undefined;
    const elements = fields.flatMap((field) => [
      ...(this.#element?.querySelectorAll(`.o_field_widget[name="${CSS.escape(field)}"]`) ?? []),
    ]);
    const nobody = Promise.resolve(undefined);
    const name = who === null ? nobody : this.#client.names.of(who);
    // One says by whom.
    elements.forEach((element, index) => {
      markElement(element, index === 0 ? name : nobody);
    });
  }
}
