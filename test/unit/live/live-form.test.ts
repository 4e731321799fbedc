import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LiveForm } from '../../../addon/web_live/src/forms/live-form.ts';
import { BERTA, makeFakePage } from '../../support/live/fake-page.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A form of Odoo's that shows record 1, as a user's page has it. */
async function makeForm({ inDialog = false } = {}) {
  const page = makeFakePage();
  const state = { loads: 0, isGone: false };
  const root = {
    ...{ resId: 1 as number | false, dirty: false, data: { name: 'Bread' } },
    async load() {
      state.loads += 1;
      model.hooks.onWillLoadRoot?.();
      await Promise.resolve();
      if (state.isGone) throw Object.assign(new Error('It does not exist.'), { resIds: [root.resId] });
      model.hooks.onRootLoaded?.(root);
    },
    discard: async () => undefined,
  };
  const model = {
    ...{ root, hooks: {} as Odoo.ModelHooks, bus: new EventTarget() },
    load: () => root.load(),
    notify: () => undefined,
  };
  const controller = {
    ...{ env: { inDialog } as never, props: { resModel: 'task' }, setup: () => undefined },
    ...{ rootRef: { el: page.element as never }, formInDialog: inDialog ? 1 : 0 },
  };
  const form = new LiveForm(page.client, controller, model);
  model.hooks.onRootLoaded?.(root);
  await vi.advanceTimersByTimeAsync(1_000);
  const change = (who: number, { op = 'write', id = 1 } = {}) =>
    page.hear('changed', [{ model: 'task', op, ids: [id], who, spread: 0, mark: 'a' }]);
  const say = (isDirty: boolean) =>
    model.bus.dispatchEvent(Object.assign(new Event('FIELD_IS_DIRTY'), { detail: isDirty }));
  return { page, form, root, state, controller, change, say };
}

const wait = (ms = 1_500) => vi.advanceTimersByTimeAsync(ms);

it.each([false, true])(
  'A form above which a dialog is open is loaded when that is closed (itself in one: %s)',
  async (inDialog) => {
    const { controller, state, change } = await makeForm({ inDialog });
    controller.formInDialog += 1;
    change(BERTA);
    await wait(60_000);
    expect(state.loads).toBe(0);
    controller.formInDialog -= 1;
    await wait();
    expect(state.loads).toBe(1);
  },
);

it('A form whose line was edited in a dialog is not loaded after that: it says that somebody changed the record', async () => {
  const { controller, form, root, state, change } = await makeForm();
  controller.formInDialog += 1;
  change(BERTA);
  await wait();
  root.dirty = true;
  controller.formInDialog -= 1;
  await wait();
  expect(state.loads).toBe(0);
  expect(form.notice.state.kind).toBe('changed');
});
