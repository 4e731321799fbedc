import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Patience } from '../../../addon/web_socketio/src/reconnecting/patience.ts';
import { RETRY, retryDelay } from '../../../addon/web_socketio/src/reconnecting/retry-delay.ts';
import { type FetchToken, PageToken, SessionOver } from '../../../addon/web_socketio/src/token/token.ts';
import { readTokenAnswer } from '../../../addon/web_socketio/src/token/token-answer.ts';
import { answer, extended } from '../../support/browser/token-answers.ts';

/** What servers answer that know no handles. */
const old = (token: string) => ({ db: 'mydb', uid: 7, token, expires_in: 900, url: false });

const patience = () => new Patience();

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a token answer', () => {
  it('is read, with or without a handle, and without the token that was extended', () => {
    expect(readTokenAnswer({ ...answer('a'), url: 'https://sockets' })).toMatchObject({
      token: 'a',
      handle: 'handle of a',
      url: 'https://sockets',
    });
    expect(readTokenAnswer(old('a'))).toMatchObject({ token: 'a', handle: undefined, url: undefined });
    expect(readTokenAnswer(extended('h'))).toMatchObject({ token: undefined, handle: 'h' });
  });

  it('is refused when a field is missing, without repeating the token', () => {
    const incomplete = { ...old('secret'), db: false };
    expect(() => readTokenAnswer(incomplete)).toThrow(/token \(got: db, uid, token/);
    expect(() => readTokenAnswer(incomplete)).not.toThrow(/secret/);
    expect(() => readTokenAnswer({ ...old(''), handle: '' })).toThrow('without a usable');
    expect(() => readTokenAnswer('<html>')).toThrow('got: string');
  });
});

describe('a retry', () => {
  it('is spread over the whole half minute once an outage lasts', () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0);
    expect(retryDelay(9)).toBe(RETRY.minMs);
    random.mockReturnValue(1);
    expect(retryDelay(9)).toBe(RETRY.maxMs);
    expect(retryDelay(0)).toBe(2_000);
  });
});

describe('a page token', () => {
  it('is fetched once for all who wait for it', async () => {
    const fetchToken = vi.fn<FetchToken>(async () => answer('a'));
    const token = new PageToken(fetchToken, patience());
    const held = await Promise.all([token.current(), token.current()]);
    expect(held.map((one) => one.token)).toEqual(['a', 'a']);
    expect(fetchToken).toHaveBeenCalledTimes(1);
    token.stop();
  });

  it('is never asked for by the clock, however old it is: only the sidecar judges that', async () => {
    const fetchToken = vi.fn<FetchToken>(async () => answer('a'));
    const token = new PageToken(fetchToken, patience());
    const held = await token.current();
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(24 * 3_600_000);
    expect(await token.current()).toBe(held);
    expect(fetchToken).toHaveBeenCalledTimes(1);
  });

  it('is renewed by its handle, and stays the same when OpenERP has extended it', async () => {
    const fetchToken = vi.fn<FetchToken>(async () => extended('handle of a'));
    const token = new PageToken(fetchToken.mockResolvedValueOnce(answer('a')), patience());
    const used = await token.current();
    const renewed = await token.renew(used);
    expect(renewed).toEqual(used);
    expect(renewed).not.toBe(used);
    fetchToken.mockResolvedValueOnce(answer('b'));
    expect((await token.renew(renewed)).token).toBe('b');
    fetchToken.mockResolvedValueOnce(extended('handle of b'));
    expect((await token.prove()).token).toBe('b');
    const handles = ['handle of a', 'handle of a', 'handle of b'].map((handle) => ({ handle }));
    expect(fetchToken.mock.calls.map(([known]) => known)).toEqual([{}, ...handles]);
  });

  it('is renewed by itself where the server knows no handles', async () => {
    const fetchToken = vi.fn<FetchToken>(async () => old('a'));
    const token = new PageToken(fetchToken, patience());
    await token.renew(await token.current());
    expect(fetchToken.mock.calls.map(([known]) => known)).toEqual([{}, { token: 'a' }]);
  });

  it('is asked for as a whole when OpenERP has extended one that the page does not have', async () => {
    const fetchToken = vi.fn<FetchToken>().mockResolvedValueOnce(answer('a'));
    const token = new PageToken(fetchToken.mockResolvedValueOnce(extended('another')), patience());
    const used = await token.current();
    await expect(token.renew(used)).rejects.toThrow('does not have');
    fetchToken.mockResolvedValueOnce(answer('b'));
    expect((await token.renew(used)).token).toBe('b');
    expect(fetchToken.mock.lastCall?.[0]).toEqual({});
  });

  it('is asked for again, later and later, while OpenERP is down', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const fetchToken = vi.fn<FetchToken>().mockRejectedValue(new Error('down'));
    const token = new PageToken(fetchToken, patience());
    const current = token.current();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(fetchToken).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(3_999);
    expect(fetchToken).toHaveBeenCalledTimes(2);
    fetchToken.mockResolvedValue(answer('late'));
    await vi.advanceTimersByTimeAsync(1);
    expect((await current).token).toBe('late');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has one try to be renewed while OpenERP is down: the sidecar may still take it', async () => {
    const fetchToken = vi.fn<FetchToken>().mockResolvedValueOnce(answer('a'));
    const token = new PageToken(fetchToken.mockRejectedValue(new Error('down')), patience());
    const used = await token.current();
    await expect(token.renew(used)).rejects.toThrow('down');
    expect(await token.current()).toBe(used);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not asked for twice when two namespaces are refused with the same one', async () => {
    const fetchToken = vi.fn<FetchToken>(async () => answer('a'));
    const token = new PageToken(fetchToken, patience());
    const used = await token.current();
    const both = await Promise.all([token.renew(used), token.renew(used)]);
    expect(await token.renew(used)).toBe(both[0]);
    expect(fetchToken).toHaveBeenCalledTimes(2);
  });

  it('proves itself only by a request that left after the question', async () => {
    const answers: ((value: unknown) => void)[] = [];
    const token = new PageToken(() => new Promise((resolve) => answers.push(resolve)), patience());
    const current = token.current();
    const proof = token.prove();
    answers[0]?.(answer('before'));
    expect((await current).token).toBe('before');
    await vi.advanceTimersByTimeAsync(0);
    answers[1]?.(answer('after'));
    expect((await proof).token).toBe('after');
  });

  it('proves itself when OpenERP is back', async () => {
    const fetchToken = vi.fn<FetchToken>().mockResolvedValueOnce(answer('a'));
    const token = new PageToken(fetchToken.mockRejectedValueOnce(new Error('down')), patience());
    await token.current();
    const proof = token.prove();
    await vi.advanceTimersByTimeAsync(0);
    fetchToken.mockResolvedValueOnce(answer('b'));
    await vi.advanceTimersByTimeAsync(2_000);
    expect((await proof).token).toBe('b');
  });

  it('is given up when its request gets no answer for half a minute', async () => {
    const signals: AbortSignal[] = [];
    const fetchToken: FetchToken = (_, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    const token = new PageToken(fetchToken, patience());
    const renewal = expect(token.renew(undefined)).rejects.toThrow('given up');
    await vi.advanceTimersByTimeAsync(30_000);
    await renewal;
    expect(signals[0]?.aborted).toBe(true);
  });
});

describe('a page token stops for good', () => {
  it('when the session is over', async () => {
    const fetchToken = vi.fn<FetchToken>().mockRejectedValue(new SessionOver('expired'));
    const token = new PageToken(fetchToken, patience());
    const over: Error[] = [];
    token.onOver((error) => over.push(error));
    await expect(token.current()).rejects.toThrow('expired');
    await expect(token.prove()).rejects.toThrow('expired');
    await expect(token.renew(undefined)).rejects.toThrow('expired');
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(fetchToken).toHaveBeenCalledTimes(1);
    expect(over).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('when the page stops it, with its request', async () => {
    const signals: AbortSignal[] = [];
    const fetchToken: FetchToken = (_, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    const token = new PageToken(fetchToken, patience());
    const current = expect(token.current()).rejects.toThrow('ended');
    token.stop();
    await current;
    expect(signals[0]?.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});
