import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Change, Shown } from '../../../addon/web_live/socketio/protocol.ts';
import { LiveSocket } from '../../../addon/web_live/src/page/live-socket.ts';
import { type Content, LiveView } from '../../../addon/web_live/src/page/live-view.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const LIST = {
  domain: [],
  context: {},
  order: '',
  offset: 0,
  limit: 80,
  count_limit: 10_000,
  grouped: false,
};
const CHANGE: Change = { model: 'task', op: 'write', ids: [1], who: 7, spread: 0, mark: 'b' };

/** A page with a stand-in for its socket. */
function makePage() {
  const handlers = new Map<string, (...args: never[]) => unknown>();
  const subscribed: { shown: Shown; answer(answer: unknown): void }[] = [];
  const ended: number[] = [];
  const off: string[] = [];
  let connections = 0;
  const remote = {
    on(event: string, handler: (...args: never[]) => unknown) {
      handlers.set(event, handler);
      return remote as never;
    },
    subscribe(_event: string, ...args: unknown[]) {
      const [shown, answer] = args as [Shown, (answer: unknown) => void];
      subscribed.push({ shown, answer });
      return () => ended.push(shown.version);
    },
  };
  const socket = new LiveSocket(
    () => {
      connections += 1;
      return remote;
    },
    (model) => off.push(model),
  );
  const hear = (event: string, ...args: unknown[]) => handlers.get(event)?.(...(args as never[]));
  const last = () => {
    const found = subscribed.at(-1);
    if (found === undefined) throw new Error('Nothing is subscribed to.');
    return found;
  };
  return { socket, hear, last, subscribed, ended, off, connections: () => connections };
}

type TestPage = ReturnType<typeof makePage>;

function makeView(
  { socket }: TestPage,
  { ids = [1, 2], model = 'task' }: { ids?: number[]; model?: string } = {},
) {
  const shows = {
    ids,
    loads: 0,
    told: [] as Change[],
    differed: [] as (number | null)[],
    viewers: [] as (readonly number[])[],
    own: 0,
    content: (): Content | undefined => ({ ids: shows.ids, list: { ...LIST, count: shows.ids.length } }),
    hold: () => undefined,
    async load() {
      shows.loads += 1;
      view.loading();
      view.loaded();
      return 'loaded' as const;
    },
    changed(change: Change) {
      shows.told.push(change);
      return true;
    },
    differs: (who: number | null) => void shows.differed.push(who),
    present: (uids: readonly number[]) => void shows.viewers.push(uids),
    delay: () => shows.own,
  };
  const view = new LiveView(socket, model, shows);
  view.loading();
  view.loaded();
  return { shows, view };
}

it('A page connects with its first view, and all of them share the connection', () => {
  const page = makePage();
  expect(page.connections()).toBe(0);
  makeView(page);
  makeView(page);
  expect(page.connections()).toBe(1);
});

it('What a view shows is told after each load, the new before the old one ends, and once more if it changes without one', () => {
  const page = makePage();
  const { view, shows } = makeView(page);
  expect(page.last().shown).toMatchObject({ version: 1, model: 'task', ids: [1, 2] });
  view.drawn();
  expect(page.subscribed).toHaveLength(1);
  shows.ids = [1, 2, 3];
  view.drawn();
  expect(page.last().shown).toMatchObject({ version: 2, ids: [1, 2, 3] });
  expect(page.ended).toEqual([1]);
  view.loading();
  view.loaded();
  expect(page.last().shown.version).toBe(3);
  view.stop();
  expect(page.ended).toEqual([1, 2, 3]);
});

it('It says in which context a record is shown, and says it again when that is another one', () => {
  const page = makePage();
  const { view, shows } = makeView(page);
  expect(page.last().shown).not.toHaveProperty('context');
  const content = { ids: [1], context: { allowed_company_ids: [2] } };
  shows.content = () => content;
  view.drawn();
  expect(page.last().shown).toMatchObject({ version: 2, context: { allowed_company_ids: [2] } });
  content.context.allowed_company_ids = [2, 3];
  view.drawn();
  expect(page.last().shown).toMatchObject({ version: 3, context: { allowed_company_ids: [2, 3] } });
});

it('Its age counts on until it is sent, and it says whether it was answered before', async () => {
  const page = makePage();
  makeView(page);
  const { shown, answer } = page.last();
  await vi.advanceTimersByTimeAsync(90_000);
  expect(JSON.parse(JSON.stringify(shown))).toMatchObject({ age: 90_000, again: false });
  answer({ live: true, stale: false, spread: 0, mark: 'a' });
  expect(JSON.parse(JSON.stringify(shown))).toMatchObject({ again: true });
});

it('It says how far the page had heard when its load began', async () => {
  const page = makePage();
  const { view } = makeView(page);
  expect(page.last().shown).not.toHaveProperty('mark');
  page.last().answer({ live: true, stale: false, spread: 0, mark: 'a' });
  view.loading();
  page.hear('changed', [CHANGE]);
  view.loaded();
  expect(page.last().shown.mark).toBe('a');
  view.loading();
  view.loaded();
  expect(page.last().shown.mark).toBe('b');
});

it('A view loads for changes of what it shows, and hears nothing of others', async () => {
  const page = makePage();
  const { shows } = makeView(page);
  const other = makeView(page, { ids: [3] });
  const neither = makeView(page, { ids: [4] });
  const form = makeView(page, { model: 'partner' });
  page.hear('changed', [{ ...CHANGE, ids: [1, 3, 9] }]);
  await vi.advanceTimersByTimeAsync(0);
  expect([shows, other.shows, neither.shows, form.shows].map(({ loads }) => loads)).toEqual([1, 1, 0, 0]);
  expect(shows.told).toMatchObject([{ ids: [1] }]);
  expect(other.shows.told).toMatchObject([{ ids: [3] }]);
  page.hear('changed', [{ ...CHANGE, op: 'many', ids: null }]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([shows, other.shows, neither.shows, form.shows].map(({ loads }) => loads)).toEqual([2, 2, 1, 0]);
});

it('A view whose load may have missed something loads once more', async () => {
  const page = makePage();
  const { shows } = makeView(page);
  const [first] = page.subscribed;
  first?.answer({ live: true, stale: true, spread: 0, mark: 'a' });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(shows.loads).toBe(1);
  // An answer to what was shown before that counts no more.
  first?.answer({ live: true, stale: true, spread: 0, mark: 'a' });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(shows.loads).toBe(1);
});

it('A view that differs loads, and waits longer each time that this brings nothing new', async () => {
  const page = makePage();
  const { shows } = makeView(page);
  const { view } = page.last().shown;
  const differ = () => page.hear('differs', { view, spread: 0, who: 7, mark: 'c' });
  const waited: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    await vi.advanceTimersByTimeAsync(60_000);
    const [before, began] = [shows.loads, performance.now()];
    differ();
    while (shows.loads === before) await vi.advanceTimersByTimeAsync(500);
    waited.push(performance.now() - began);
  }
  expect(waited).toEqual([500, 2_000, 4_000, 8_000, 8_000]);
  // A record that it shows has changed: it is no guess any more.
  page.hear('changed', [CHANGE]);
  await vi.advanceTimersByTimeAsync(1_000);
  const before = shows.loads;
  differ();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(shows.loads).toBe(before + 1);
  page.hear('differs', { view: view + 1_000, spread: 0, who: 7, mark: 'c' });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(shows.loads).toBe(before + 1);
});

it('What the page has changed itself is loaded later', async () => {
  const page = makePage();
  const { shows } = makeView(page);
  shows.own = 5_000;
  page.hear('changed', [CHANGE]);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(shows.loads).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(shows.loads).toBe(1);
});

it('After messages that nobody can send again, each view loads within some seconds', async () => {
  const page = makePage();
  const views = [makeView(page), makeView(page, { model: 'partner' })];
  page.hear('resync', { reason: 'retention', channel: 'web_live_presence' });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(views.map(({ shows }) => shows.loads)).toEqual([0, 0]);
  page.hear('resync', { reason: 'retention', channel: 'web_live' });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(views.map(({ shows }) => shows.loads)).toEqual([1, 1]);
});

it('Who else looks at a record is told to the view that shows it', () => {
  const page = makePage();
  const { shows } = makeView(page, { ids: [1] });
  page.hear('presence', { model: 'task', id: 1, uids: [8] });
  page.hear('presence', { model: 'task', id: 2, uids: [9] });
  page.hear('presence', { model: 'partner', id: 1, uids: [9] });
  expect(shows.viewers).toEqual([[8]]);
});

it('A model that is not live any more is said once, its views stay as they are, and others go on', async () => {
  const page = makePage();
  const [one, other] = [makeView(page), makeView(page, { model: 'partner' })];
  page.hear('changed', [{ ...CHANGE, op: 'off', ids: null }]);
  page.hear('changed', [{ ...CHANGE, op: 'off', ids: null }]);
  page.hear('changed', [CHANGE, { ...CHANGE, model: 'partner' }]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([one.shows.loads, other.shows.loads]).toEqual([0, 1]);
  expect(page.off).toEqual(['task']);
  expect(page.ended).toContain(1);
});

it('A view that the user may not see live is left alone, without a word', async () => {
  const page = makePage();
  const { shows } = makeView(page);
  page.last().answer({ live: false, stale: false, spread: 0, mark: 'a' });
  page.hear('changed', [CHANGE]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(shows.loads).toBe(0);
  expect(page.off).toEqual([]);
});
