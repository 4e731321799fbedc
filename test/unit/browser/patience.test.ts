import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { Patience } from '../../../addon/web_socketio/src/reconnecting/patience.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** A page's window, with its listeners counted. */
class CountingWindow extends EventTarget {
  listeners = 0;
  override addEventListener(...args: Parameters<EventTarget['addEventListener']>): void {
    this.listeners += 1;
    super.addEventListener(...args);
  }
  override removeEventListener(...args: Parameters<EventTarget['removeEventListener']>): void {
    this.listeners -= 1;
    super.removeEventListener(...args);
  }
}

function makePatience() {
  const window = new CountingWindow();
  const patience = new Patience(window);
  onTestFinished(() => patience.stop());
  const sign = (type = 'keydown') => window.dispatchEvent(new Event(type));
  return { window, patience, sign };
}

const HOUR = 3_600_000;

/** Tries again without a success, and waits for an hour if nobody does anything. @returns counts the tries */
function tryAgain(patience: Patience): () => number {
  let tries = 0;
  const wait = () =>
    patience.wait(HOUR, () => {
      tries += 1;
      wait();
    });
  wait();
  return () => tries;
}

it('A wait without a sign is as long as it was meant to be', async () => {
  const { patience } = makePatience();
  const retry = vi.fn();
  patience.wait(HOUR, retry);
  await vi.advanceTimersByTimeAsync(HOUR - 1);
  expect(retry).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(retry).toHaveBeenCalledTimes(1);
});

it.each(['keydown', 'pointerdown', 'focus', 'visibilitychange'])(
  'A wait ends one to three seconds after the user is noticed: %s',
  async (type) => {
    const { patience, sign } = makePatience();
    const retry = vi.fn();
    patience.wait(HOUR, retry);
    await vi.advanceTimersByTimeAsync(HOUR / 2);
    // As many as one types in a second: none of them comes sooner for that.
    for (let count = 0; count < 10; count += 1) sign(type);
    await vi.advanceTimersByTimeAsync(999);
    expect(retry).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2_001);
    expect(retry).toHaveBeenCalledTimes(1);
  },
);

it('Tries stay quick for some seconds after the last sign, since the answer may take its time', async () => {
  const { patience, sign } = makePatience();
  const tries = tryAgain(patience);
  await vi.advanceTimersByTimeAsync(1_000);
  sign();
  await vi.advanceTimersByTimeAsync(14_000);
  expect(tries()).toBeGreaterThanOrEqual(3);
  const before = tries();
  await vi.advanceTimersByTimeAsync(HOUR / 2);
  expect(tries()).toBe(before);
});

it('A user who goes on without a success is tried for less and less often, until the next pause', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const { patience, sign } = makePatience();
  const tries = tryAgain(patience);
  const work = async (seconds: number) => {
    const before = tries();
    for (let second = 0; second < seconds; second += 1) {
      sign();
      await vi.advanceTimersByTimeAsync(1_000);
    }
    return tries() - before;
  };
  expect(await work(60)).toBeGreaterThan(15);
  await work(1_800);
  expect(await work(60)).toBeLessThan(3);
  await vi.advanceTimersByTimeAsync(HOUR);
  expect(await work(60)).toBeGreaterThan(15);
});

it('Nothing is listened to, nor any timer kept, while nobody waits', async () => {
  const { window, patience } = makePatience();
  const expectRest = () => expect([window.listeners, vi.getTimerCount()]).toEqual([0, 0]);
  expectRest();
  const callOff = patience.wait(HOUR, () => undefined);
  patience.wait(1_000, () => undefined);
  expect(window.listeners).toBe(4);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(window.listeners).toBe(4);
  callOff();
  expectRest();
  patience.wait(1_000, () => undefined);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(window.listeners).toBe(4);
  patience.tell();
  expectRest();
  // A try of which nothing is heard any more.
  patience.wait(1_000, () => undefined);
  await vi.advanceTimersByTimeAsync(40_000);
  expectRest();
  patience.wait(HOUR, () => undefined);
  patience.stop();
  patience.wait(HOUR, () => undefined);
  expectRest();
});

it('What comes while a try is under way makes the next one quick', async () => {
  const { patience, sign } = makePatience();
  patience.wait(1_000, () => undefined);
  await vi.advanceTimersByTimeAsync(1_000);
  sign();
  const retry = vi.fn();
  patience.wait(HOUR, retry);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(retry).toHaveBeenCalledTimes(1);
});

it('News that come while a try is under way are not missed', async () => {
  vi.useRealTimers();
  const { patience } = makePatience();
  await new Promise<void>((resolve) => patience.wait(1, resolve));
  makePatience().patience.tell();
  // The news are on their way to this page: they may come now, or when it waits again.
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise<void>((resolve) => patience.wait(HOUR, resolve));
}, 30_000);

it('The focus that moves within the page is no sign', async () => {
  const { window, patience } = makePatience();
  const retry = vi.fn();
  patience.wait(HOUR, retry);
  const within = Object.defineProperty(new Event('focus'), 'target', { value: new EventTarget() });
  window.dispatchEvent(within);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(retry).not.toHaveBeenCalled();
});

it('The page that is let in tells the others of its browser, and its own namespaces; later ones are no news', async () => {
  vi.useRealTimers();
  const [first, other, third] = [makePatience(), makePatience(), makePatience()].map(
    ({ patience }) => patience,
  );
  const waits = [first, other].map(
    (patience) => new Promise<void>((resolve) => patience?.wait(HOUR, resolve)),
  );
  first?.tell();
  await Promise.all(waits);
  let isTold = false;
  third?.wait(HOUR, () => {
    isTold = true;
  });
  first?.tell();
  // Who has just been opened is news: the session may be back for the others.
  const opened = makePatience().patience;
  expect(isTold).toBe(false);
  opened.tell();
  await expect.poll(() => isTold).toBe(true);
}, 30_000);

it('Browsers without a channel, or frames that may not have one, find out by themselves', async () => {
  for (const channel of [undefined, vi.fn().mockThrow(new Error('The operation is insecure.'))]) {
    vi.stubGlobal('BroadcastChannel', channel);
    const { patience } = makePatience();
    const retry = vi.fn();
    patience.wait(1_000, retry);
    patience.tell();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(retry).toHaveBeenCalledTimes(1);
  }
});
