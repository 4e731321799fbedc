import { expect, it } from 'vitest';
import type { BusChannel, BusListener, Place } from '../../../sidecar/src/bus/bus-channel.ts';
import { BusHub } from '../../../sidecar/src/bus/bus-hub.ts';
import type {
  BusSource,
  BusSourceEvents,
  Missed,
  Notification,
} from '../../../sidecar/src/bus/notification.ts';
import type { Share } from '../../../sidecar/src/bus/share.ts';

/** A page that writes down what it is sent. */
class Page implements BusListener {
  open = true;
  channels: readonly BusChannel[] = [];
  share: Share | null = null;
  /** Ids of a frame, each frame a list. */
  readonly frames: number[][] = [];
  readonly buffers: Buffer[] = [];
  readonly closed: number[] = [];
  readonly #places: Place[] = [];

  deliver(frame: Buffer): void {
    if (this.#places.length === 0) this.#take(frame);
    else this.#places.push({ frame, known: true });
  }

  hold(): Place {
    const place: Place = { frame: null, known: false };
    this.#places.push(place);
    return place;
  }

  fill(place: Place, frame: Buffer | null): void {
    Object.assign(place, { frame, known: true });
    while (this.#places[0]?.known === true) {
      const first = this.#places.shift()?.frame ?? null;
      if (first !== null) this.#take(first);
    }
  }

  close(code: number): void {
    this.open = false;
    this.closed.push(code);
  }

  #take(frame: Buffer): void {
    this.buffers.push(frame);
    const list: { id: number }[] = JSON.parse(frame.subarray(frame.indexOf('[')).toString());
    this.frames.push(list.map(({ id }) => id));
  }
}

/** What is asked of the source, to be answered by the test. */
interface Asked extends Missed {
  readonly upto: string;
  answer(notifications: readonly Notification[]): void;
  fail(error: Error): void;
}

function start() {
  const asked: Asked[] = [];
  const waiting: (() => void)[] = [];
  const problems: string[] = [];
  let delivered = 0;
  let events: BusSourceEvents | null = null;
  const source = {
    position: 'p1',
    ready: true as boolean,
    listen: (listener: BusSourceEvents) => {
      events = listener;
    },
    fresh: () => new Promise<void>((resolve) => waiting.push(resolve)),
    missed: (missed: Missed, upto: string) =>
      new Promise<readonly Notification[]>((answer, fail) => asked.push({ ...missed, upto, answer, fail })),
  } satisfies BusSource;
  const hub = new BusHub({
    source,
    delivered: (count) => {
      delivered += count;
    },
    warn: ({ code }) => problems.push(code),
  });
  const turn = async () => {
    for (const resolve of waiting.splice(0)) resolve();
    await new Promise(setImmediate);
  };
  /** Subscribes, up to where it is asked what was missed. */
  const subscribe = async (page: Page, channels: readonly string[], last = 0) => {
    const done = hub.subscribe(page, new Set(channels), last);
    await turn();
    return done;
  };
  const read = (...notifications: Notification[]) =>
    events?.read({ notifications, inexact: new Set(), mark: null });
  return { hub, source, asked, turn, subscribe, read, problems, delivered: () => delivered };
}

function row(id: number, channel: string): Notification {
  return { id, txid: `${id}`, channel, text: `{"id":${id}}` };
}

it('sends a page what it missed, and after it what came meanwhile', async () => {
  const { hub, asked, turn, read } = start();
  const page = new Page();
  const done = hub.subscribe(page, new Set(['a', 'b']), 5);
  expect(hub.hears('a')).toBe(false);
  await turn();
  expect(asked).toMatchObject([{ last: 5, upto: 'p1', again: false, channels: new Set(['a', 'b']) }]);
  read(row(8, 'a'));
  read(row(9, 'c'), row(10, 'b'));
  expect(page.frames).toEqual([]);
  asked[0]?.answer([row(6, 'a'), row(7, 'b')]);
  await done;
  expect(page.frames).toEqual([[6, 7], [8], [10]]);
});

it('a page that missed nothing gets no frame, and then what comes', async () => {
  const { asked, subscribe, read, delivered } = start();
  const page = new Page();
  const done = subscribe(page, ['a']);
  await new Promise(setImmediate);
  asked[0]?.answer([]);
  await done;
  read(row(1, 'a'), row(2, 'a'));
  expect(page.frames).toEqual([[1, 2]]);
  expect(delivered()).toBe(2);
});

/** A page that hears these channels and has missed nothing. */
async function hearing(
  { asked, turn, hub }: ReturnType<typeof start>,
  channels: readonly string[],
): Promise<Page> {
  const page = new Page();
  const done = hub.subscribe(page, new Set(channels), 0);
  await turn();
  asked.splice(0)[0]?.answer([]);
  await done;
  return page;
}

it('gives a page with more channels what it missed in those, and asks nothing of those it had', async () => {
  const stage = start();
  const page = await hearing(stage, ['a', 'b']);
  const done = stage.hub.subscribe(page, new Set(['b', 'c']), 3);
  // At once: it may not hear that any more.
  stage.read(row(4, 'a'), row(5, 'b'));
  await stage.turn();
  expect(stage.asked).toMatchObject([{ last: 3, again: true, channels: new Set(['c']) }]);
  stage.read(row(6, 'a'), row(7, 'b'), row(8, 'c'));
  stage.asked[0]?.answer([row(2, 'c'), row(9, 'mark')]);
  await done;
  expect(page.frames).toEqual([[5], [2, 9], [7, 8]]);
});

it('pages that missed the same have the same frame, encoded once, and others have others', async () => {
  const { hub, asked, turn } = start();
  const pages = [new Page(), new Page(), new Page()];
  const done = pages.map((page) => hub.subscribe(page, new Set(['a']), 0));
  await turn();
  const [one, two] = [row(1, 'a'), row(2, 'a')];
  for (const [index, rows] of [[one, two], [one, two], [two]].entries()) asked[index]?.answer(rows);
  await Promise.all(done);
  expect(pages.map(({ frames }) => frames)).toEqual([[[1, 2]], [[1, 2]], [[2]]]);
  expect(pages[0]?.buffers[0]).toBe(pages[1]?.buffers[0]);
});

it('asks for nothing if the channels are the same', async () => {
  const stage = start();
  const page = await hearing(stage, ['a', 'b']);
  await Promise.all([stage.hub.subscribe(page, new Set(['b', 'a']), 3), stage.turn()]);
  expect(stage.asked).toEqual([]);
  stage.read(row(4, 'a'));
  expect(page.frames).toEqual([[4]]);
});

it('two subscriptions of a page keep their order, whatever is answered first', async () => {
  const { hub, asked, turn, read } = start();
  const page = new Page();
  const first = hub.subscribe(page, new Set(['a']), 1);
  await turn();
  read(row(3, 'a'));
  const second = hub.subscribe(page, new Set(['a', 'b']), 1);
  await turn();
  read(row(4, 'a'), row(5, 'b'));
  asked[1]?.answer([row(2, 'b'), row(9, 'mark')]);
  await second;
  expect(page.frames).toEqual([]);
  asked[0]?.answer([row(1, 'a')]);
  await first;
  expect(page.frames).toEqual([[1], [3], [2, 9], [4, 5]]);
});

it('sends nothing that was missed in a channel that is not wanted any more', async () => {
  const { hub, asked, turn } = start();
  const page = new Page();
  const first = hub.subscribe(page, new Set(['a', 'b']), 1);
  await turn();
  await Promise.all([hub.subscribe(page, new Set(['b']), 1), turn()]);
  asked[0]?.answer([row(2, 'a'), row(3, 'b'), row(9, 'mark')]);
  await first;
  expect(page.frames).toEqual([[3, 9]]);
});

it('forgets a page that is gone, and its channels with it', async () => {
  const stage = start();
  const page = await hearing(stage, ['a']);
  expect(stage.hub.hears('a')).toBe(true);
  page.open = false;
  stage.hub.leave(page);
  expect(stage.hub.hears('a')).toBe(false);
  expect(stage.hub.size).toBe(0);
  stage.read(row(1, 'a'));
  expect(page.frames).toEqual([]);
});

it('a page that is gone while it waits to begin hears nothing', async () => {
  const { hub, asked, turn } = start();
  const page = new Page();
  const done = hub.subscribe(page, new Set(['a']), 0);
  page.open = false;
  hub.leave(page);
  await turn();
  await done;
  expect(asked).toEqual([]);
  expect(hub.hears('a')).toBe(false);
});

it('a channel that one page leaves is still heard by another, also if both left it before', async () => {
  const stage = start();
  const first = await hearing(stage, ['a']);
  const leaving = stage.hub.subscribe(first, new Set(), 0);
  const second = await hearing(stage, ['a']);
  await leaving;
  stage.hub.leave(first);
  stage.read(row(1, 'a'));
  expect(second.frames).toEqual([[1]]);
});

it('never lets a page hear the channel of positions', async () => {
  const stage = start();
  await hearing(stage, ['["db","web_socketio_bus.position"]', '["db","a"]']);
  expect(stage.hub.hears('["db","web_socketio_bus.position"]')).toBe(false);
  expect(stage.hub.hears('["db","a"]')).toBe(true);
});

it('sends all pages back when reading begins anew, also those that wait to begin', async () => {
  const stage = start();
  const page = await hearing(stage, ['a']);
  const coming = new Page();
  void stage.hub.subscribe(coming, new Set(['a']), 0);
  stage.hub.restarted();
  expect([page.closed, coming.closed]).toEqual([[1012], [1012]]);
});

it('a page whose missed notifications cannot be read comes back later', async () => {
  const { hub, asked, turn, problems } = start();
  const page = new Page();
  const done = hub.subscribe(page, new Set(['a']), 0);
  await turn();
  asked[0]?.fail(new Error('out of memory'));
  await done;
  expect(page.closed).toEqual([1013]);
  expect(problems).toEqual(['bus_replay_failed']);
});

it('a page is sent back if the addon was uninstalled while it came', async () => {
  const { hub, source, asked, turn } = start();
  const page = new Page();
  source.ready = false;
  await Promise.all([hub.subscribe(page, new Set(['a']), 0), turn()]);
  expect(page.closed).toEqual([1013]);
  expect(asked).toEqual([]);
});
