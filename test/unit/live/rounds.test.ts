import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SocketIOError } from 'web_socketio';
import { LiveModel } from '../../../addon/web_live/socketio/model/live-model.ts';
import type { Differs } from '../../../addon/web_live/socketio/protocol.ts';
import { Rounds } from '../../../addon/web_live/socketio/rounds/rounds.ts';
import { View, type ViewOwner } from '../../../addon/web_live/socketio/views/view.ts';
import { arrival } from '../../support/live/arrivals.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const LIST = {
  domain: [],
  context: {},
  order: '',
  offset: 0,
  limit: 80,
  count_limit: null,
  grouped: false,
  count: 1,
};

interface Asked {
  readonly uid: number;
  readonly changed: unknown[];
  readonly at: number;
}

/** An Odoo that takes a while, for pages that each show a list. */
function start({ takesMs = 10, answer = true as unknown } = {}) {
  const asked: Asked[] = [];
  const told: [ViewOwner, Differs][] = [];
  const reported: unknown[] = [];
  const state = { answer, running: 0, most: 0 };
  const rounds = new Rounds((name) => (name === model.name ? model : undefined));
  const model = new LiveModel({ name: 'res.partner', heard: () => rounds.wake(), unused: () => undefined });
  model.join({ hear: () => ({ abort: () => undefined }) });
  const open = (uid: number, ids: readonly number[] = [1], domain: unknown[] = []) => {
    const owner: ViewOwner = {
      uid,
      isOpen: true,
      differ: async (views) => {
        state.running += 1;
        state.most = Math.max(state.most, state.running);
        asked.push({
          uid,
          changed: views.map((view) => Reflect.get(view, 'changed')),
          at: performance.now(),
        });
        await new Promise((resolve) => setTimeout(resolve, takesMs));
        state.running -= 1;
        if (state.answer instanceof Error) throw state.answer;
        return views.map(() => state.answer);
      },
      tellDiffers: (differs) => void told.push([owner, differs]),
      report: (error) => void reported.push(error),
    };
    const shown = { view: 1, version: 1, model: model.name, ids, age: 0, list: { ...LIST, domain } };
    const view = new View(owner, shown, ids, 900);
    view.askedSeq = model.seq;
    model.add(view);
    rounds.add(view);
    return view;
  };
  return { rounds, model, asked, told, reported, state, open };
}

it('A list is asked about when a record changes that it does not show, and told if it differs', async () => {
  const { model, asked, told, open } = start();
  const view = open(2);
  model.heard([arrival([1])], view.owner);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(asked).toEqual([]);
  model.heard([arrival([1, 5], { who: 8 })], view.owner);
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).toMatchObject([{ uid: 2, changed: [[5]] }]);
  expect(told).toMatchObject([[view.owner, { view: 1, who: 8 }]]);
});

it('After a deletion, and after too many changes to name, it is asked without names', async () => {
  const { model, asked, open } = start();
  open(2);
  model.heard([arrival([7], { op: 'unlink' })]);
  await vi.advanceTimersByTimeAsync(2_000);
  for (let id = 10; id < 700; id += 1) model.heard([arrival([id])]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked.map(({ changed }) => changed)).toEqual([[null], [null]]);
});

it('However often something changes, a list is asked about at most once a second', async () => {
  const { model, asked, open } = start({ takesMs: 1 });
  open(2);
  for (let turn = 0; turn < 100; turn += 1) {
    model.heard([arrival([turn + 5])]);
    await vi.advanceTimersByTimeAsync(50);
  }
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked.length).toBeGreaterThanOrEqual(5);
  expect(asked.length).toBeLessThanOrEqual(6);
  const ids = asked.flatMap(({ changed }) => changed.flat());
  expect(ids).toEqual(Array.from({ length: 100 }, (_, turn) => turn + 5));
});

it('All lists of a thousand users have at most a tenth of one Odoo worker, two calls at a time', async () => {
  const { model, asked, state, open } = start({ takesMs: 30 });
  for (let uid = 1; uid <= 1_000; uid += 1) open(uid);
  model.heard([arrival([5])]);
  await vi.advanceTimersByTimeAsync(60_000);
  const share = (asked.length * 30) / 60_000;
  expect(share).toBeGreaterThan(0.09);
  expect(share).toBeLessThanOrEqual(0.101);
  expect(state.most).toBe(2);
  await vi.advanceTimersByTimeAsync(300_000);
  expect(new Set(asked.map(({ uid }) => uid)).size).toBe(1_000);
  expect(asked).toHaveLength(1_000);
});

it('The same list on several pages of a user is one question, and two lists are one call', async () => {
  const { model, asked, told, open } = start();
  for (const domain of [[], [], [['a', '=', 1]]]) open(2, [1], domain);
  model.heard([arrival([5])]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked).toMatchObject([{ changed: [[5], [5]] }]);
  expect(told).toHaveLength(3);
});

it('What changes while Odoo is asked is asked about again', async () => {
  const { model, asked, open } = start({ takesMs: 500, answer: false });
  open(2);
  model.heard([arrival([5])]);
  await vi.advanceTimersByTimeAsync(100);
  model.heard([arrival([6])]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked.map(({ changed }) => changed)).toEqual([[[5]], [[6]]]);
});

it('While Odoo is away nothing is lost, and it is asked less and less often', async () => {
  const { model, asked, told, state, reported, open } = start();
  open(2);
  state.answer = new SocketIOError('odoo_unreachable', 'away', { retry: true });
  model.heard([arrival([5])]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked.length).toBeLessThan(8);
  state.answer = true;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toHaveLength(1);
  expect(asked.every(({ changed }) => `${changed}` === '5')).toBe(true);
  expect(reported).toEqual([]);
});

it.each(['odoo_unreachable', 'odoo_timeout', 'odoo_answer'])(
  'After %s, which may pass, it is asked again, and the log says so once',
  async (code) => {
    const error = new SocketIOError(code, 'broken off');
    const { model, asked, told, state, reported, open } = start({ answer: error });
    open(2);
    model.heard([arrival([5])]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked.length).toBeGreaterThan(2);
    state.answer = true;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toHaveLength(1);
    expect(reported).toEqual([error]);
  },
);

it('If a page cannot report, the lists of the others go on, and its own as well', async () => {
  const { model, asked, told, state, open } = start({ answer: new SocketIOError('odoo_error', 'no') });
  const { owner } = open(2);
  const other = open(3);
  Reflect.set(owner, 'report', () => {
    throw new SocketIOError('too_many_handlers', 'no more');
  });
  model.heard([arrival([5])]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toHaveLength(2);
  state.answer = true;
  model.heard([arrival([6])]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(told.map(([page]) => page)).toEqual(expect.arrayContaining([owner, other.owner]));
});

it('What Odoo refuses for good is reported, and not asked again', async () => {
  const error = new SocketIOError('odoo_error', 'no such method');
  const { model, asked, reported, open } = start({ answer: error });
  open(2);
  model.heard([arrival([5])]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(1);
  expect(reported).toEqual([error]);
});

it('An answer that is none is reported with what to do', async () => {
  const { model, told, reported, open } = start();
  Reflect.set(open(2).owner, 'differ', async () => 'nonsense');
  model.heard([arrival([5])]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(reported).toMatchObject([
    { code: 'live_answer', message: expect.stringContaining('Upgrade the module') },
  ]);
  expect(told).toEqual([]);
});

it('A page that has closed its list meanwhile is not told', async () => {
  const { rounds, model, asked, told, open } = start({ takesMs: 100 });
  const view = open(2);
  model.heard([arrival([5])]);
  await vi.advanceTimersByTimeAsync(50);
  rounds.delete(view);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked).toHaveLength(1);
  expect(told).toEqual([]);
});
