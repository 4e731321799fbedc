import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { SidecarError } from '../../../sidecar/src/api/sidecar-error.ts';
import type { UnacknowledgedBatch } from '../../../sidecar/src/delivery/listening/unacknowledged-batch.ts';
import { HandlerRun } from '../../../sidecar/src/socketio/handlers/handler-run.ts';
import { HandlerRuns } from '../../../sidecar/src/socketio/handlers/handler-runs.ts';
import type { Ending } from '../../../sidecar/src/socketio/handlers/handler-task.ts';

const HOLDING: UnacknowledgedBatch = {
  mode: 'queue',
  isSent: false,
  valid: true,
  ids: [],
  acknowledge: () => true,
  requeue: () => undefined,
  split: () => ({ done: null, rest: null }),
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const MINUTE = 60_000;
const PASSING = new SidecarError('odoo_unreachable', 'It is being started.', { retry: true });

function open() {
  const told: string[] = [];
  const counts = { handler_failed: 0, handler_restarted: 0 };
  const runs = new HandlerRuns({
    failed: ({ label }, error, again) => told.push(`${label}: ${String(error)}${again ? ', again' : ''}`),
    happened: (what) => {
      counts[what] += 1;
    },
    recovered: ({ label }, failures) => told.push(`${label}: works after ${failures}`),
    forgot: ({ label }) => told.push(`${label}: forgot`),
  });
  const start = (handler: () => unknown, options: { fromBase?: boolean; ending?: Ending } = {}) =>
    runs.start({ label: 'mine', addon: 'base', startSeq: 0, fromBase: false, ...options }, handler);
  return { runs, told, counts, start };
}

/** The run in which this is called; it listens so many times. */
function listen(times = 1): HandlerRun {
  const run = HandlerRun.require('listen');
  run.listens += times;
  return run;
}

it('starts a handler that has listened again and again, at most every 30 s, and says so once', async () => {
  const { counts, told, start } = open();
  const task = start(async () => {
    listen();
    throw new Error('a bug');
  });
  await vi.advanceTimersByTimeAsync(0);
  expect([task.ended, task.running]).toEqual([false, null]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(counts).toEqual({ handler_failed: 2, handler_restarted: 1 });
  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  expect(counts.handler_restarted).toBeGreaterThan(20);
  expect(counts.handler_restarted).toBeLessThan(50);
  expect(told).toEqual(['mine: Error: a bug, again']);
  task.abort();
});

it('says that it works again when something of it is confirmed, and begins to wait from anew', async () => {
  const { counts, told, start } = open();
  const holding: UnacknowledgedBatch = { ...HOLDING, mode: 'each' };
  const adapter = class {} as never;
  let works = false;
  const task = start(async () => {
    const run = listen();
    run.hold(adapter, holding);
    if (works) await run.acknowledge(adapter);
    works = false;
    throw new Error('a bug');
  });
  await vi.advanceTimersByTimeAsync(5 * MINUTE);
  works = true;
  const { handler_failed: before } = counts;
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(told).toEqual([
    'mine: Error: a bug, again',
    expect.stringMatching(/^mine: works after \d+$/),
    'mine: Error: a bug, again',
  ]);
  expect(counts.handler_failed - before).toBeGreaterThanOrEqual(5);
  task.abort();
});

it.each([
  ['what failed by itself', new Error('a bug'), true],
  ['nothing while the same may succeed later', PASSING, false],
])('counts as a failed attempt %s', async (_, error, counted) => {
  const { start } = open();
  const requeue = vi.fn();
  const holding: UnacknowledgedBatch = { ...HOLDING, requeue };
  const task = start(async () => {
    listen().hold(class {} as never, holding);
    throw error;
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(requeue.mock.calls).toEqual([[counted]]);
  task.abort();
});

it('starts what has not listened only if its page cannot know of it, and nothing was carried out', async () => {
  const { counts, start } = open();
  const fail = (error: unknown) => async () => {
    throw error;
  };
  const connecting = start(fail(PASSING), { fromBase: true });
  for (const task of [start(fail(PASSING)), start(fail(new Error('a bug')), { fromBase: true })]) {
    await task.done;
    expect(task.ended).toBe(true);
  }
  await vi.advanceTimersByTimeAsync(1_000);
  expect(counts.handler_restarted).toBe(1);
  connecting.abort();
});

it('starts what answers an event only if it is a loop, and answers once', async () => {
  const { counts, start } = open();
  const answers: unknown[] = [];
  const ending: Ending = {
    isAnswered: true,
    returned: (value) => answers.push(value),
    threw: (error) => answers.push(String(error)) > 0,
  };
  const once = async () => {
    listen();
    throw new Error('one');
  };
  let works = false;
  const loop = async () => {
    listen(2);
    if (!works) throw new Error('loop');
    return 'done';
  };
  await start(once, { ending }).done;
  const task = start(loop, { ending });
  await vi.advanceTimersByTimeAsync(0);
  works = true;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(task.ended).toBe(true);
  expect(answers).toEqual(['Error: one', 'Error: loop']);
  expect(counts).toEqual({ handler_failed: 1, handler_restarted: 1 });
});

it('ends what a failed run has left behind and started, before it is started again', async () => {
  const { runs, start } = open();
  const signals: (Error | null)[] = [];
  const task = start(async () => {
    const run = listen();
    start(() => new Promise((_, reject) => void HandlerRun.require('spawn').signal.add(reject)));
    run.signal.add((reason) => signals.push(reason));
    await Promise.resolve();
    throw new Error('a bug');
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(signals).toEqual([expect.objectContaining({ name: 'AbortError' })]);
  expect([...runs.running()]).toEqual([]);
  task.abort();
});

it('starts only what it is told to, and leaves the others of the event alone', async () => {
  const { runs, start } = open();
  let calls = 0;
  const first = async () => {
    calls += 1;
    listen();
    throw new Error('a bug');
  };
  const task = start(() => {
    start(() => new Promise(() => undefined));
    HandlerRun.require('attribute').owner.resume(first);
    return first();
  });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(calls).toBe(2);
  expect([...runs.running()]).toHaveLength(1);
  task.abort();
});

it.each(['abort', 'stop', 'finish'] as const)(
  'starts nothing again after %s, and leaves no timer',
  async (how) => {
    const { runs, counts, start } = open();
    const task = start(async () => {
      listen();
      throw new Error('a bug');
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(1);
    if (how === 'abort') task.abort();
    else await runs[how]();
    await task.done;
    expect([task.ended, vi.getTimerCount(), runs.spawned]).toEqual([true, 0, 0]);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(counts.handler_restarted).toBe(0);
  },
);

it('forgets those that have started a successor and ended, however many', async () => {
  vi.useRealTimers();
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const { runs, start } = open();
  const tasks: WeakRef<object>[] = [];
  const next = (left: number) => {
    const task = start(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      if (left > 0) next(left - 1);
      else await new Promise(() => undefined);
    });
    tasks.push(new WeakRef(task));
  };
  next(50);
  await expect.poll(() => tasks.length).toBe(51);
  await new Promise((resolve) => setTimeout(resolve, 50));
  collect();
  expect(tasks.filter((task) => task.deref() !== undefined).length).toBeLessThan(10);
  runs.stop();
});

it('nobody hears that a part could not be confirmed, as when the sidecar is being stopped', async () => {
  vi.useRealTimers();
  const { start } = open();
  const unhandled = vi.fn();
  process.once('unhandledRejection', unhandled);
  onTestFinished(() => void process.off('unhandledRejection', unhandled));
  const done: UnacknowledgedBatch = {
    ...HOLDING,
    ids: ['7'],
    acknowledge: () => Promise.reject(new Error('It is stopped.')),
  };
  const adapter = class {} as never;
  const task = start(async () => {
    const run = listen();
    run.hold(adapter, { ...done, split: () => ({ done, rest: null }) });
    expect(run.acknowledgePart(adapter, new Set(['7']))).toBe(true);
  });
  await task.done;
  await new Promise((resolve) => setImmediate(resolve));
  expect(unhandled).not.toHaveBeenCalled();
});

it('ends what a handler has left behind, and what is started later, when the socket has gone', async () => {
  const { runs, start } = open();
  const signals: HandlerRun['signal'][] = [];
  const wait = () => {
    const { signal } = listen();
    signals.push(signal);
    return new Promise<void>((_, reject) =>
      signal.reason === null ? signal.add(reject) : reject(signal.reason),
    );
  };
  const isStopped = () => signals.map(({ reason }) => reason !== null);
  start(() => void wait().catch(() => undefined));
  expect(isStopped()).toEqual([false]);
  runs.stop();
  start(wait);
  expect(isStopped()).toEqual([true, true]);
  expect(runs.lingers).toBe(false);
  // What runs because of that has its time.
  runs.start({ label: 'disconnect', addon: 'base', startSeq: 0, fromBase: false, leaving: true }, wait);
  expect([isStopped(), runs.lingers]).toEqual([[true, true, false], true]);
  runs.abort();
  await vi.advanceTimersByTimeAsync(0);
  expect([isStopped(), runs.lingers]).toEqual([[true, true, true], false]);
});
