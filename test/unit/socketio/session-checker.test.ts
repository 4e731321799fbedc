import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { SidecarError } from '../../../sidecar/src/api/sidecar-error.ts';
import { nextCheck } from '../../../sidecar/src/socketio/client/check-time.ts';
import type { CheckState, CheckSubject } from '../../../sidecar/src/socketio/gateway.ts';
import { CheckPace } from '../../../sidecar/src/socketio/session/check-pace.ts';
import { SessionChecker } from '../../../sidecar/src/socketio/session/session-checker.ts';

/** A question that OpenERP was asked. */
interface Question {
  /** In milliseconds since the test began. */
  readonly at: number;
  readonly origin: string | null;
  readonly tokens: readonly string[];
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const subject = (token: string, origin: string | null = null): CheckSubject => ({
  ...{ token, origin, checkAt: nextCheck(performance.now()) },
});
const subjects = (count: number, origin: string | null = null) =>
  Array.from({ length: count }, (_, index) => subject(`${origin}-${index}`, origin));

const names = (of: readonly CheckSubject[]) => of.map(({ token }) => token);

/** A checker whose clock runs in steps of a second, and an OpenERP that takes 50 ms. */
function start(pace = new CheckPace(1), answer: (question: Question) => CheckState = () => 'live') {
  const began = performance.now();
  const asked: Question[] = [];
  const told: string[] = [];
  const checker = new SessionChecker({
    pace,
    ask: async (origin, tokens) => {
      const question = { at: performance.now() - began, origin, tokens };
      asked.push(question);
      await new Promise((resolve) => setTimeout(resolve, 50));
      const state = answer(question);
      return tokens.map(() => state);
    },
    answered: ({ token }, state) => state !== 'live' && told.push(`${token} ${state}`),
    failed: (error) => told.push(`failed: ${String(error)}`),
    worked: () => undefined,
  });
  onTestFinished(() => checker.stop());
  const run = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      checker.tick();
      await vi.advanceTimersByTimeAsync(1_000);
    }
  };
  return { checker, asked, told, run };
}

/** The longest time in which a token was not asked about, of those that begin so. @param seconds how long the test ran */
function longest(asked: readonly Question[], tokens: readonly string[], seconds: number): number {
  const last = new Map(tokens.map((token) => [token, 0]));
  let gap = 0;
  for (const question of [...asked, { at: seconds * 1_000, tokens }]) {
    for (const token of question.tokens) {
      const before = last.get(token);
      if (before === undefined) continue;
      gap = Math.max(gap, question.at - before);
      last.set(token, question.at);
    }
  }
  return gap;
}

describe('OpenERP is asked about sessions', () => {
  it.each([
    [10, 5],
    [1_000, 25],
    [10_000, 175],
  ])('of %i pages within 50 seconds each, with at most two requests a second', async (count, most) => {
    const { checker, asked, run } = start();
    const pages = subjects(count);
    for (const one of pages) checker.add(one);
    await run(200);
    expect(longest(asked, names(pages), 200)).toBeLessThan(50_000);
    expect(asked.length).toBeLessThanOrEqual(most);
    for (const { tokens } of asked) expect(tokens.length).toBeLessThanOrEqual(500);
    for (const [index, { at }] of asked.entries()) {
      if (index > 0) expect(at - (asked[index - 1]?.at ?? 0)).toBeGreaterThanOrEqual(499);
    }
  });

  it('of all databases, one after the other', async () => {
    const pace = new CheckPace(4);
    const databases = Array.from({ length: 4 }, () => start(pace));
    const pages = subjects(5);
    for (const { checker } of databases) for (const one of pages) checker.add({ ...one });
    for (let second = 0; second < 100; second += 1) {
      for (const { checker } of databases) checker.tick();
      await vi.advanceTimersByTimeAsync(1_000);
    }
    const all = databases.flatMap(({ asked }) => asked.map(({ at }) => at)).sort((one, two) => one - two);
    for (const { asked } of databases) expect(longest(asked, names(pages), 100)).toBeLessThan(50_000);
    for (const [index, at] of all.entries()) {
      if (index > 0) expect(at - (all[index - 1] ?? 0)).toBeGreaterThanOrEqual(499);
    }
  });

  it('at once when it is urgent, many with one question, and with what is due soon', async () => {
    const { checker, asked } = start();
    const pages = subjects(3);
    for (const page of pages) {
      page.checkAt = performance.now() + 5_000;
      checker.add(page);
    }
    const [first, second] = pages;
    if (first === undefined || second === undefined) throw new Error('There are no pages.');
    const states = Promise.all([checker.askNow(first), checker.askNow(first), checker.askNow(second)]);
    await vi.advanceTimersByTimeAsync(200);
    expect(await states).toEqual(['live', 'live', 'live']);
    expect(asked.map(({ tokens }) => tokens)).toEqual([['null-0', 'null-1', 'null-2']]);
    expect(asked[0]?.at).toBeLessThan(100);
  });

  it('never about one that it cannot look at', async () => {
    const { checker, asked, run } = start();
    checker.add({ ...subject('never'), checkAt: Number.POSITIVE_INFINITY });
    await run(100);
    expect(asked).toEqual([]);
  });

  it('under the host of their own browser only, most first, and who makes up hosts keeps nobody waiting', async () => {
    const { checker, asked, run } = start();
    for (let index = 0; index < 200; index += 1) checker.add(subject(`made-up-${index}`, `https://${index}`));
    const others = subjects(40, 'https://erp.example.com');
    for (const one of others) checker.add(one);
    await run(150);
    for (const { origin, tokens } of asked) {
      for (const token of tokens) {
        expect(token).toMatch(origin === 'https://erp.example.com' ? /^https:\/\/erp/ : /^made-up/);
      }
    }
    expect(longest(asked, names(others), 150)).toBeLessThan(50_000);
  });

  it('under a host that one page alone has, among many that somebody makes up, when its turn comes', async () => {
    const { checker, asked, run } = start();
    for (let index = 0; index < 200; index += 1) checker.add(subject(`made-up-${index}`, `https://${index}`));
    checker.add(subject('lone', 'https://lone.example.com'));
    await run(250);
    expect(asked.filter(({ tokens }) => tokens.includes('lone')).length).toBeGreaterThan(0);
  });

  it('and urgent ones without end do not keep the others from being looked at', async () => {
    const { checker, asked, run } = start();
    const pages = subjects(10);
    for (const one of pages) checker.add(one);
    let made = 0;
    const flood = setInterval(() => {
      made += 1;
      void checker.askNow({ ...subject(`urgent-${made}`, `https://${made}`), checkAt: Infinity });
    }, 100);
    await run(150);
    clearInterval(flood);
    expect(longest(asked, names(pages), 150)).toBeLessThan(50_000);
  });

  it('again after a while when it could not tell, and at once by who can', async () => {
    const { checker, asked, told, run } = start(new CheckPace(1), () => 'unknown');
    checker.add(subject('one'));
    await run(60);
    expect(told).toEqual(asked.map(() => 'one unknown'));
    expect(asked.length).toBeGreaterThanOrEqual(2);
    expect(asked.length).toBeLessThanOrEqual(4);
  });

  it('less and less often while it cannot be reached, and who waits hears so at once', async () => {
    let down = true;
    const { checker, asked, told, run } = start(new CheckPace(1), () => {
      if (down) throw new SidecarError('odoo_unreachable', 'It is away.');
      return 'live';
    });
    const page = subject('one');
    checker.add(page);
    await run(120);
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.length).toBeLessThan(20);
    expect(new Set(told)).toEqual(new Set(['failed: SocketIOError: It is away.']));
    // Just after an attempt: the next one is seconds away.
    for (const { length } = asked; asked.length === length; ) await run(1);
    const before = asked.length;
    expect(await checker.askNow(page)).toBeNull();
    expect(asked).toHaveLength(before);
    down = false;
    await run(20);
    expect(asked.length).toBeGreaterThan(before);
    expect(page.checkAt).toBeGreaterThan(performance.now());
  });

  it('of fewer with one question where it takes too long for more', async () => {
    const { checker, asked, run } = start(new CheckPace(1), ({ tokens }) => {
      if (tokens.length > 60) throw new SidecarError('odoo_timeout', 'Too many.');
      return 'live';
    });
    const pages = subjects(400);
    for (const page of pages) checker.add(page);
    await run(200);
    expect(longest(asked, names(pages), 200)).toBeLessThan(90_000);
    const good = asked.filter(({ tokens }) => tokens.length <= 60);
    expect(longest(good, names(pages), 200)).toBeLessThan(100_000);
  });

  it('under the other hosts while one is refused', async () => {
    const { checker, asked, run } = start(new CheckPace(1), ({ origin }) => {
      if (origin === 'https://refused') throw new SidecarError('host_refused', 'Not this one.');
      return 'live';
    });
    const good = subjects(3, 'https://good');
    for (const one of [...subjects(9, 'https://refused'), ...good]) checker.add(one);
    await run(150);
    expect(longest(asked, names(good), 150)).toBeLessThan(50_000);
    expect(asked.filter(({ origin }) => origin === 'https://refused').length).toBeLessThan(10);
  });

  it('that were due when their page went, once, since the next handshake believes the row', async () => {
    const { checker, asked, run } = start();
    for (let visit = 0; visit < 5; visit += 1) {
      const page = { ...subject('restless'), checkAt: performance.now() - 1 };
      checker.add(page);
      void checker.askNow(page);
      checker.remove(page);
    }
    const calm = subject('calm');
    checker.add(calm);
    checker.remove(calm);
    await run(100);
    expect(asked.map(({ tokens }) => tokens)).toEqual([['restless']]);
  });

  it('and not for a page whose token was replaced meanwhile', async () => {
    const { checker, told } = start(new CheckPace(1), () => 'over');
    const page = { token: 'old', origin: null, checkAt: performance.now() };
    const state = checker.askNow(page);
    await vi.advanceTimersByTimeAsync(30);
    page.token = 'new';
    await vi.advanceTimersByTimeAsync(100);
    expect(await state).toBeNull();
    expect(told).toEqual([]);
  });
});
