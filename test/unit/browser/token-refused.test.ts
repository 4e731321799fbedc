import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Patience } from '../../../addon/web_socketio/src/reconnecting/patience.ts';
import {
  type FetchToken,
  PageToken,
  SessionOver,
  TokenRefused,
} from '../../../addon/web_socketio/src/token/token.ts';
import { answer, extended } from '../../support/browser/token-answers.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a page token that OpenERP refuses', () => {
  /** A token that was good, and is refused from now on. */
  async function refused(window?: EventTarget) {
    const fetchToken = vi.fn<FetchToken>().mockResolvedValueOnce(answer('a'));
    const waits = new Patience(window);
    const token = new PageToken(fetchToken, waits);
    const used = await token.current();
    fetchToken.mockRejectedValue(new TokenRefused('confirm your identity'));
    return { token, used, fetchToken, waits };
  }

  it('is not over: who needs it waits, and OpenERP is asked less and less often', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const { token, used, fetchToken } = await refused();
    const over = vi.fn();
    token.onOver(over);
    const renewals = [token.renew(used), token.renew(used)];
    await vi.advanceTimersByTimeAsync(3_600_000);
    const count = fetchToken.mock.calls.length;
    expect(count).toBeLessThan(15);
    await vi.advanceTimersByTimeAsync(15 * 60_000);
    expect(fetchToken).toHaveBeenCalledTimes(count + 1);
    fetchToken.mockResolvedValue(answer('b'));
    await vi.advanceTimersByTimeAsync(15 * 60_000);
    expect((await Promise.all(renewals)).map((held) => held.token)).toEqual(['b', 'b']);
    expect(over).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is asked for within three seconds of what the user does', async () => {
    const window = new EventTarget();
    const { token, used, fetchToken } = await refused(window);
    const renewal = token.renew(used);
    await vi.advanceTimersByTimeAsync(3_600_000);
    fetchToken.mockResolvedValue(answer('b'));
    window.dispatchEvent(new Event('keydown'));
    await vi.advanceTimersByTimeAsync(3_000);
    expect((await renewal).token).toBe('b');
  });

  it('is not asked for at once by the next one who wants it, but by a question of the sidecar it is', async () => {
    const { token, used, fetchToken } = await refused();
    const renewal = token.renew(used);
    await vi.advanceTimersByTimeAsync(0);
    const again = token.renew(used);
    expect(fetchToken).toHaveBeenCalledTimes(2);
    fetchToken.mockResolvedValue(answer('b'));
    expect((await token.prove()).token).toBe('b');
    expect((await Promise.all([renewal, again])).map((held) => held.token)).toEqual(['b', 'b']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits for its own user when another one has logged in with the same cookie, and makes one row meanwhile', async () => {
    const { token, used, fetchToken } = await refused();
    fetchToken.mockResolvedValueOnce(answer('b', 8)).mockResolvedValue(extended('handle of b', 8));
    const renewal = token.renew(used);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(await token.current()).toBe(used);
    fetchToken.mockResolvedValue(answer('c'));
    await vi.advanceTimersByTimeAsync(15 * 60_000);
    expect((await renewal).token).toBe('c');
    const [, , ...later] = fetchToken.mock.calls.map(([known]) => known.handle);
    expect(new Set(later)).toEqual(new Set(['handle of b']));
  });

  it('is not over when another user hands the session back, only when it is said to be a second time', async () => {
    const { token, used, fetchToken } = await refused();
    const over: Error[] = [];
    token.onOver((error) => over.push(error));
    const renewal = token.renew(used);
    await vi.advanceTimersByTimeAsync(0);
    fetchToken.mockRejectedValueOnce(new SessionOver('expired')).mockResolvedValue(answer('c'));
    await vi.advanceTimersByTimeAsync(15 * 60_000);
    expect((await renewal).token).toBe('c');
    expect(over).toEqual([]);
    fetchToken.mockRejectedValue(new SessionOver('expired'));
    await expect(token.prove()).rejects.toThrow('expired');
    expect(over).toHaveLength(1);
  });

  it('is given up with the page', async () => {
    const { token, used, waits } = await refused();
    const renewal = expect(token.renew(used)).rejects.toThrow('ended');
    await vi.advanceTimersByTimeAsync(0);
    token.stop();
    waits.stop();
    await renewal;
    expect(vi.getTimerCount()).toBe(0);
  });
});
