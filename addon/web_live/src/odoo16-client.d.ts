import type { LiveForm } from './forms/live-form.ts';
import type { ListRoot } from './lists/list-content.ts';

declare global {
  /** What the web client of Odoo 17.0 to 19.0 offers beside that, as far as live views use it. */
  namespace Odoo {
    interface ModelHooks {
      onWillLoadRoot?: (config?: unknown) => unknown;
      onRootLoaded?: (root?: unknown) => unknown;
    }

    /** What loads the records of a view. All of it may be missing where an addon brings a model of its own. */
    interface ViewModel<Root> {
      root: Root;
      hooks?: ModelHooks;
      bus: EventTarget;
      load(): Promise<unknown>;
      /** Draws all of the view anew. */
      notify(): void;
      useSampleModel?: boolean;
      orm?: { isSample?: boolean };
      /** Gives up what is being loaded when something else is added. */
      keepLast?: { add(promise: Promise<unknown>): unknown };
      /** What the user does is done one after the other. */
      mutex?: { getUnlockedDef(): Promise<unknown> };
    }

    interface Controller<Root> {
      readonly env: Env & { inDialog?: boolean; config?: ViewConfig; dialogData?: { close(): unknown } };
      readonly props: { readonly resModel: string };
      readonly model?: ViewModel<Root>;
      readonly rootRef?: { readonly el: HTMLElement | null };
      setup(): void;
    }

    interface ViewConfig {
      historyBack?(): unknown;
    }

    interface LiveListRoot extends ListRoot {
      readonly editedRecord?: unknown;
      isDomainSelected?: boolean;
      selectDomain?(value: boolean): unknown;
    }

    interface ListController extends Controller<LiveListRoot> {
      /** In a kanban: where a card is being made. */
      readonly quickCreateState?: { readonly groupId?: unknown };
    }

    interface FormRecord {
      readonly resId: number | false;
      readonly dirty?: boolean;
      readonly context?: Record<string, unknown>;
      readonly data: Readonly<Record<string, unknown>>;
      load(): Promise<unknown>;
      discard(): Promise<unknown>;
    }

    interface FormController extends Controller<FormRecord> {
      /** How many forms in dialogs were opened since this one, which counts itself if it is in one. */
      readonly formInDialog?: number;
      /** Ours; the template reads it. */
      webLive?: LiveForm;
    }

    interface Owl {
      useState<State extends object>(state: State): State;
      reactive<Target extends object>(target: Target, callback: () => void): Target;
      toRaw<Target extends object>(target: Target): Target;
      onPatched(callback: () => void): void;
      onWillDestroy(callback: () => void): void;
    }

    interface FormDialogProps {
      resModel: string;
      resId: number;
      context: Record<string, unknown>;
      title: string;
      canExpand?: boolean;
      preventCreate: boolean;
      preventEdit: boolean;
      readonly?: boolean;
      mode?: 'readonly';
    }

    interface FormDialog extends Dialog {
      readonly props: Readonly<Record<string, unknown>>;
      new (): { setup(): void; viewProps: { buttonTemplate?: string } };
    }

    interface DialogService {
      add(dialog: FormDialog, props: FormDialogProps): () => void;
    }

    interface Orm {
      /** Without the sign that something is being loaded. */
      silent: Pick<Orm, 'call'>;
    }

    interface User {
      userId?: number;
    }

    /** `super` in the extension is what was there before. */
    type Patch = <Target extends object>(
      target: Target,
      extension: Partial<Target> & ThisType<Target>,
    ) => unknown;

    interface Modules {
      '@odoo/owl': Owl;
      '@web/core/utils/patch': { patch: Patch };
      '@web/session': { session: { web_live?: { models?: readonly string[] } } };
      '@web/views/list/list_controller': { ListController: { prototype: ListController } };
      '@web/views/kanban/kanban_controller': { KanbanController: { prototype: ListController } };
      '@web/views/form/form_controller': { FormController: { prototype: FormController } };
      '@web/views/view_dialogs/form_view_dialog': { FormViewDialog: FormDialog };
      /** From 18.0 on: before that, `env.bus` tells the same. */
      '@web/core/network/rpc': { rpcBus?: EventTarget };
      '@web_live/live': object;
    }
  }
}
