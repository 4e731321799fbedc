import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SidecarError } from '../../../sidecar/src/api/sidecar-error.ts';
import { clientOf, seconds, soon, startOne } from '../../support/bus/scripted-bus.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('A session', () => {
  const ended = (code: 'session_ended' | 'session_locked' | 'session_unproved' | 'token_expired') =>
    new SidecarError(code, 'It is over.');

  it.each([
    ['session_ended', '4001'],
    ['session_locked', '1013'],
    ['session_unproved', '1013'],
  ] as const)('closes the sockets of all its tabs when it ends: %s', async (code, closed) => {
    const { gateway, subscriptions } = startOne();
    gateway.answer = gateway.toUser(7);
    const tabs = [clientOf('s1'), clientOf('s1'), clientOf('other')];
    for (const tab of tabs) {
      subscriptions.subscribe(tab, [], 0);
      await soon();
    }
    // One of the three has asked for no token: the session was watched already.
    expect(gateway.holds.map(({ token }) => token)).toEqual(['token 1', 'token 3']);
    gateway.holds[0]?.holder.ended(ended(code));
    expect(tabs.map((tab) => tab.closed)).toEqual([closed, closed, null]);
  });

  it('is proved by the cookie of one of its tabs when Odoo cannot say', async () => {
    const { gateway, subscriptions } = startOne();
    gateway.answer = gateway.toUser(7);
    const tabs = [clientOf('s1'), clientOf('s1')];
    for (const tab of tabs) {
      subscriptions.subscribe(tab, ['mine'], 3);
      await soon();
    }
    gateway.holds[0]?.holder.proofDue();
    await soon();
    expect(gateway.asks.slice(2)).toMatchObject([
      { kind: 'subscribe', channels: ['mine'], last: 3, token: true },
    ]);
    expect(gateway.holds).toMatchObject([{ renewed: ['token 3'] }]);
    expect(tabs.map(({ subscribed }) => subscribed.length)).toEqual([1, 1]);
  });

  it('is proved by another tab if the one that was asked is closed', async () => {
    const { gateway, subscriptions } = startOne();
    gateway.answer = gateway.toUser(7);
    const [one, two] = [clientOf('s1'), clientOf('s1')];
    for (const tab of [one, two]) {
      subscriptions.subscribe(tab, [], 0);
      await soon();
    }
    gateway.holds[0]?.holder.proofDue();
    one.close(1001);
    subscriptions.closed(one, false);
    await soon();
    expect(gateway.holds).toMatchObject([{ renewed: ['token 3'] }]);
  });

  it('whose token has expired while Odoo was away is watched again by another one', async () => {
    const { gateway, subscriptions } = startOne();
    gateway.answer = gateway.toUser(7);
    const client = clientOf('s1');
    subscriptions.subscribe(client, [], 0);
    await soon();
    gateway.answer = () => {
      throw new SidecarError('odoo_unreachable', 'away', { retry: true });
    };
    gateway.holds[0]?.holder.ended(ended('token_expired'));
    await seconds(30);
    expect(client.closed).toBeNull();
    gateway.answer = gateway.toUser(7);
    await seconds(10);
    expect(gateway.holds).toMatchObject([{}, { token: 'token 2' }]);
    gateway.holds[1]?.holder.ended(ended('session_ended'));
    expect(client.closed).toBe('4001');
  });

  it('is watched for ten seconds more when its last tab is gone, and then no longer', async () => {
    const { gateway, subscriptions } = startOne();
    gateway.answer = gateway.toUser(7);
    const leave = async () => {
      const client = clientOf('s1');
      subscriptions.subscribe(client, [], 0);
      await soon();
      client.close(1001);
      subscriptions.closed(client, false);
    };
    await leave();
    await seconds(9);
    await leave();
    await seconds(9);
    expect(gateway.holds).toMatchObject([{ released: false }]);
    await seconds(2);
    expect(gateway.holds).toMatchObject([{ released: true }]);
    await leave();
    expect(gateway.holds).toHaveLength(2);
  });

  it('that is over by its row closes its socket before it hears anything', async () => {
    const { gateway, subscriptions } = startOne();
    gateway.answer = gateway.toUser(7);
    gateway.refusal = ended('session_ended');
    const client = clientOf('s1');
    subscriptions.subscribe(client, [], 0);
    await soon();
    expect(client).toMatchObject({ closed: '4001', subscribed: [] });
  });

  it('whose row cannot be read is asked about again until it can', async () => {
    const { gateway, subscriptions } = startOne();
    gateway.answer = gateway.toUser(7);
    gateway.refusal = new SidecarError('database_unavailable', 'away');
    const client = clientOf('s1');
    subscriptions.subscribe(client, [], 4);
    await seconds(5);
    expect(client).toMatchObject({ closed: null, subscribed: [] });
    gateway.refusal = null;
    await seconds(30);
    expect(client.subscribed).toMatchObject([{ last: 4 }]);
    expect(gateway.holds).toHaveLength(1);
  });
});
