import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  type Hold,
  LEAST_MS,
  type Outcome,
  ReloadPlan,
} from '../../../addon/web_live/src/page/reload-plan.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A view that notes when it loads; `random` is how far within the spread its reloads are. */
function makePlan(random = 0) {
  const loads: number[] = [];
  const view = {
    held: undefined as Hold | undefined,
    outcomes: [] as Promise<Outcome>[],
    hold: () => view.held,
    load: () => {
      loads.push(performance.now() - began);
      return view.outcomes.shift() ?? Promise.resolve<Outcome>('loaded');
    },
  };
  const plan = new ReloadPlan(view, () => random);
  const began = performance.now();
  return { plan, loads, view };
}

it('A change loads the view at once, if it is the only page', async () => {
  const { plan, loads } = makePlan();
  plan.ask(0);
  await vi.advanceTimersByTimeAsync(0);
  expect(loads).toEqual([0]);
});

it('Pages spread their reloads, each at a random time within that', async () => {
  const { plan, loads } = makePlan(0.75);
  plan.ask(2_000);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(loads).toEqual([1_500]);
});

it('However many changes there are, a view loads once a second', async () => {
  const { plan, loads } = makePlan();
  for (let change = 0; change < 100; change += 1) {
    plan.ask(0);
    await vi.advanceTimersByTimeAsync(30);
  }
  await vi.advanceTimersByTimeAsync(LEAST_MS);
  expect(loads).toEqual([0, 1_000, 2_000, 3_000]);
});

it('A change that is urgent does not wait for one that may take its time', async () => {
  const { plan, loads } = makePlan(1);
  plan.ask(5_000);
  plan.ask(10);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(loads).toEqual([10]);
});

it('What comes while the view loads leads to another load', async () => {
  const { plan, loads, view } = makePlan();
  let done = (_: Outcome): void => undefined;
  view.outcomes.push(
    new Promise((resolve) => {
      done = resolve;
    }),
  );
  plan.ask(0);
  await vi.advanceTimersByTimeAsync(3_000);
  plan.ask(0);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(loads).toEqual([0]);
  done('loaded');
  await vi.advanceTimersByTimeAsync(0);
  expect(loads).toEqual([0, 6_000]);
});

it('A view that its user is busy with loads once he is done', async () => {
  const { plan, loads, view } = makePlan();
  view.held = 'busy';
  plan.ask(0);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(loads).toEqual([]);
  view.held = undefined;
  await vi.advanceTimersByTimeAsync(250);
  expect(loads).toHaveLength(1);
});

it('A hidden tab has no timer, and loads once when it is seen again', async () => {
  const { plan, loads, view } = makePlan();
  view.held = 'hidden';
  for (let change = 0; change < 10; change += 1) plan.ask(0);
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
  view.held = undefined;
  plan.look();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(loads).toHaveLength(1);
});

it('A load that its user interrupted is done later', async () => {
  const { plan, loads, view } = makePlan();
  view.outcomes.push(Promise.resolve('interrupted'));
  plan.ask(0);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(loads).toEqual([0, LEAST_MS]);
});

it('A view that is gone loads nothing more', async () => {
  const { plan, loads } = makePlan();
  plan.ask(100);
  plan.stop();
  plan.ask(0);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(loads).toEqual([]);
});

it('While Odoo is away it is asked again, less and less often', async () => {
  const { plan, loads, view } = makePlan();
  for (let attempt = 0; attempt < 6; attempt += 1) view.outcomes.push(Promise.resolve('unreachable'));
  plan.ask(0);
  await vi.advanceTimersByTimeAsync(300_000);
  expect(loads.map((time) => time / 1_000)).toEqual([0, 5, 15, 35, 75, 135, 195]);
});
