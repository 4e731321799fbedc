import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LiveList } from '../../../addon/web_live/src/lists/live-list.ts';
import { BERTA, makeFakePage } from '../../support/live/fake-page.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

type Root = Odoo.LiveListRoot & { name: string };

/** A list of Odoo's, whose model waits for each answer: a later load takes the place of the one before, which never ends. */
function makeList() {
  const page = makeFakePage();
  const answers: (() => void)[] = [];
  const selected: string[] = [];
  let last = 0;
  const rootOf = (name: string): Root => ({
    ...{ name, domain: [], context: {}, orderBy: [], offset: 0, count: 1, isGrouped: false },
    records: [{ id: name, resId: 1 }],
    selectDomain: () => selected.push(name),
  });
  const keepLast = {
    add<Value>(promise: Promise<Value>): Promise<Value> {
      last += 1;
      const own = last;
      return new Promise((resolve) => void promise.then((value) => own === last && resolve(value)));
    },
  };
  const model = {
    ...{ root: rootOf('first'), hooks: {} as Odoo.ModelHooks, bus: new EventTarget(), keepLast },
    notify: () => undefined,
    async load(name = 'ours'): Promise<void> {
      model.hooks.onWillLoadRoot?.();
      await keepLast.add(new Promise<void>((resolve) => answers.push(resolve)));
      model.root = rootOf(name);
      model.hooks.onRootLoaded?.(model.root);
    },
  };
  const list = new LiveList(
    page.client,
    {
      env: {} as never,
      props: { resModel: 'task' },
      rootRef: { el: page.element as never },
      setup: () => undefined,
    },
    model,
    'list',
  );
  const change = async () => {
    page.hear('changed', [{ model: 'task', op: 'write', ids: [1], who: BERTA, spread: 0, mark: 'a' }]);
    await vi.advanceTimersByTimeAsync(1_000);
  };
  return { page, model, list, answers, selected, change };
}

/** The list is shown, and the sidecar knows. */
async function makeShown() {
  const shown = makeList();
  void shown.model.load('first');
  shown.answers.pop()?.();
  await vi.advanceTimersByTimeAsync(1_000);
  return shown;
}

const settle = () => vi.advanceTimersByTimeAsync(0);

it('A list whose user changes the search while it is loaded again goes on loading what others change', async () => {
  const { model, answers, change } = await makeShown();
  await change();
  expect(answers).toHaveLength(1);
  void model.load('search');
  answers[1]?.();
  answers[0]?.();
  await settle();
  expect(model.root.name).toBe('search');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(answers).toHaveLength(3);
  answers[2]?.();
  await settle();
  await change();
  expect(answers).toHaveLength(4);
});

it('What a user has selected is not carried over to another search', async () => {
  const { model, answers, change, selected } = await makeShown();
  model.root.isDomainSelected = true;
  await change();
  void model.load('search');
  answers[1]?.();
  await settle();
  expect(model.root.name).toBe('search');
  expect(selected).toEqual([]);
});

it('A press does not give up what its user has just asked for', async () => {
  const { page, model, answers, change } = await makeShown();
  await change();
  void model.load('search');
  page.press('pointerdown');
  page.press('pointerup');
  answers[1]?.();
  await settle();
  expect(model.root.name).toBe('search');
});

it('What its user loads in another way, such as a page, is not replaced by what was asked for before', async () => {
  const { model, answers, change } = await makeShown();
  await change();
  // Odoo's pager loads without giving up anything.
  model.hooks.onWillLoadRoot?.();
  answers[0]?.();
  await settle();
  expect(model.root.name).toBe('first');
});

it.each(['pointerdown', 'keydown'] as const)('A list is not replaced after a %s in it', async (type) => {
  const { page, model, answers, change } = await makeShown();
  await change();
  page.press(type);
  page.press('pointerup');
  answers[0]?.();
  await settle();
  expect(model.root.name).toBe('first');
  await vi.advanceTimersByTimeAsync(2_000);
  expect(answers).toHaveLength(2);
});

it('A load that nobody interrupts is shown, with what was selected', async () => {
  const { model, answers, change, selected } = await makeShown();
  model.root.isDomainSelected = true;
  await change();
  answers[0]?.();
  await settle();
  expect(model.root.name).toBe('ours');
  expect(selected).toEqual(['ours']);
});
