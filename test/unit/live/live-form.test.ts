import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LiveForm } from '../../../addon/web_live/src/forms/live-form.ts';
import { ANNA, BERTA, makeFakePage } from '../../support/live/fake-page.ts';

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

it('A form that shows another record without loading it forgets what it said of the one before', async () => {
  const { page, form, root, state, change, say } = await makeForm();
  say(true);
  page.hear('presence', { model: 'task', id: 1, uids: [BERTA] });
  change(BERTA, { op: 'unlink' });
  page.hear('presence', { model: 'task', id: 1, uids: [BERTA] });
  await wait();
  expect(form.viewers.state.list).toHaveLength(1);
  expect(form.notice.state.kind).toBe('gone');
  // As Odoo does it when it saves and goes on to the next one.
  root.resId = 2;
  page.change();
  await wait();
  expect(form.viewers.state.list).toEqual([]);
  expect(form.notice.state.kind).toBeUndefined();
  change(BERTA, { id: 2 });
  await wait();
  expect(state.loads).toBe(1);
});

it('A text that is what it was when its user leaves it keeps nothing from being loaded', async () => {
  const { page, form, state, change, say } = await makeForm();
  const input = page.focus('5');
  say(true);
  input.value = '6';
  change(BERTA);
  await wait();
  expect(form.notice.state.kind).toBe('changed');
  // Odoo says nothing when it takes 5.0 for 5.
  input.value = '5';
  page.blur();
  await wait();
  expect(state.loads).toBe(1);
  expect(form.notice.state.kind).toBeUndefined();
});

it('A text that its user has changed is kept until Odoo has taken it', async () => {
  const { page, state, change, say } = await makeForm();
  const input = page.focus('5');
  say(true);
  input.value = '6';
  page.blur();
  page.focus('something else');
  page.blur();
  change(BERTA);
  await wait(60_000);
  expect(state.loads).toBe(0);
});

it('A form with further changes is loaded once it has none, if its user has saved the record just now, here or elsewhere', async () => {
  const { page, form, root, state, change } = await makeForm();
  page.write();
  root.dirty = true;
  change(ANNA);
  await wait(10_000);
  expect([state.loads, form.notice.state.kind]).toEqual([0, undefined]);
  root.dirty = false;
  page.change();
  await wait();
  expect(state.loads).toBe(1);
});

it.each([false, true])(
  'A form says that its user has deleted the record in another tab, even if he has just saved it here (changed: %s)',
  async (dirty) => {
    const { page, form, root, state, change } = await makeForm();
    page.write();
    root.dirty = dirty;
    state.isGone = true;
    change(ANNA, { op: 'unlink' });
    await wait(4_900);
    expect(form.notice.state.kind).toBeUndefined();
    await wait(200);
    expect(form.notice.state).toMatchObject({ kind: 'gone', isSelf: true });
  },
);

it('A form that has deleted its record itself, and shows another one, says nothing', async () => {
  const { page, form, root, change } = await makeForm();
  page.write();
  change(ANNA, { op: 'unlink' });
  root.resId = 2;
  page.change();
  await wait(10_000);
  expect(form.notice.state.kind).toBeUndefined();
});
