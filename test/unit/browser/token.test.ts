import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RETRY, retryDelay } from '../../../addon/web_socketio/src/retry-delay.ts';
import { type FetchToken, PageToken, SessionOver } from '../../../addon/web_socketio/src/token.ts';
import { readTokenAnswer } from '../../../addon/web_socketio/src/token-answer.ts';

const answer = (token: string, uid = 7) => ({ db: 'mydb', uid, token, expires_in: 900, url: false });

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a token answer', () => {
  it('is read with its life counted from the moment the request left', () => {
    const { expiresAt, url } = readTokenAnswer({ ...answer('a'), url: 'https://sockets' }, 1_000);
    expect(expiresAt).toBe(901_000);
    expect(url).toBe('https://sockets');
  });

  it('is refused when a field is missing, without repeating the token', () => {
    const incomplete = { ...answer('secret'), expires_in: 0 };
    expect(() => readTokenAnswer(incomplete, 0)).toThrow(/expires_in \(got: db, uid, token/);
    expect(() => readTokenAnswer(incomplete, 0)).not.toThrow(/secret/);
    expect(() => readTokenAnswer('<html>', 0)).toThrow('got: string');
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
    const token = new PageToken(fetchToken);
    const held = await Promise.all([token.current(), token.current()]);
    expect(held.map((one) => one.token)).toEqual(['a', 'a']);
    expect(fetchToken).toHaveBeenCalledTimes(1);
    token.stop();
  });

  it('is renewed about two thirds through its life, sending itself', async () => {
    const fetchToken = vi.fn<FetchToken>(async () => answer('a'));
    const token = new PageToken(fetchToken);
    await token.current();
    await vi.advanceTimersByTimeAsync(539_000);
    expect(fetchToken).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(fetchToken.mock.calls.map(([sent]) => sent)).toEqual([undefined, 'a']);
    token.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is asked for again, later and later, while OpenERP is down, and tells its listeners when it came', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const fetchToken = vi.fn<FetchToken>().mockRejectedValue(new Error('down'));
    const token = new PageToken(fetchToken);
    const heard: string[] = [];
    token.onToken((held) => heard.push(held.token));
    const current = token.current();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(fetchToken).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(3_999);
    expect(fetchToken).toHaveBeenCalledTimes(2);
    fetchToken.mockResolvedValue(answer('late'));
    await vi.advanceTimersByTimeAsync(1);
    expect((await current).token).toBe('late');
    expect(heard).toEqual(['late']);
    token.stop();
  });

  it('is not asked for twice when two namespaces are refused with the same one', async () => {
    const fetchToken = vi.fn<FetchToken>(async () => answer('a'));
    const token = new PageToken(fetchToken);
    const used = await token.current();
    const first = await token.renew(used);
    expect(await token.renew(used)).toBe(first);
    expect(fetchToken).toHaveBeenCalledTimes(2);
    token.stop();
  });

  it('proves itself only by a request that left after the question', async () => {
    const answers: ((value: unknown) => void)[] = [];
    const token = new PageToken(() => new Promise((resolve) => answers.push(resolve)));
    const current = token.current();
    const proof = token.prove();
    answers[0]?.(answer('before'));
    expect((await current).token).toBe('before');
    await vi.advanceTimersByTimeAsync(0);
    answers[1]?.(answer('after'));
    expect((await proof).token).toBe('after');
    token.stop();
  });

  it('is given up when its request gets no answer for half a minute', async () => {
    const signals: AbortSignal[] = [];
    const token = new PageToken((_, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    const renewal = expect(token.renew(undefined)).rejects.toThrow('given up');
    await vi.advanceTimersByTimeAsync(30_000);
    await renewal;
    expect(signals[0]?.aborted).toBe(true);
    token.stop();
  });
});

describe('a page token stops for good', () => {
  it('when the session is over', async () => {
    const fetchToken = vi.fn<FetchToken>().mockRejectedValue(new SessionOver('expired'));
    const token = new PageToken(fetchToken);
    const over: Error[] = [];
    token.onOver((error) => over.push(error));
    await expect(token.current()).rejects.toThrow('expired');
    await expect(token.prove()).rejects.toThrow('expired');
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(fetchToken).toHaveBeenCalledTimes(1);
    expect(over).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('when another user has logged in with the same cookie', async () => {
    const fetchToken = vi.fn<FetchToken>().mockResolvedValueOnce(answer('a', 7));
    const token = new PageToken(fetchToken.mockResolvedValueOnce(answer('b', 8)));
    await token.current();
    await expect(token.renew(undefined)).rejects.toThrow(SessionOver);
    await expect(token.current()).rejects.toThrow('another user');
  });

  it('when the page stops it, with its request', async () => {
    const signals: AbortSignal[] = [];
    const token = new PageToken((_, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    const current = expect(token.current()).rejects.toThrow('ended');
    token.stop();
    await current;
    expect(signals[0]?.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});
