import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SidecarError } from '../../../sidecar/src/api/sidecar-error.ts';
import { clientOf, ScriptedClient, seconds, soon, startOne } from '../../support/bus/scripted-bus.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('The end of a socket', () => {
  it('is told after five seconds, with what proves whose it was', async () => {
    const { gateway, subscriptions } = startOne();
    gateway.answer = gateway.toUser(7);
    const client = clientOf('s1');
    subscriptions.subscribe(client, [], 0);
    await soon();
    client.close(1001);
    subscriptions.closed(client, false);
    await seconds(4.9);
    expect(gateway.kinds('closed')).toEqual([]);
    await seconds(1);
    expect(gateway.kinds('closed')).toMatchObject([
      { cookie: client.visitor.cookie, first: false, uid: 7, session: true, credential: 'token 1' },
    ]);
  });

  it.each([
    ['the same browser', 's1'],
    ['another browser of the same user', 's2'],
  ])('is not told while %s has another one, or comes back', async (_, session) => {
    const { gateway, subscriptions } = startOne();
    gateway.answer = gateway.toUser(7);
    const client = clientOf('s1');
    subscriptions.subscribe(client, [], 0);
    await soon();
    client.close(1001);
    subscriptions.closed(client, false);
    await seconds(3);
    const back = clientOf(session);
    subscriptions.subscribe(back, [], 0);
    await seconds(20);
    expect(gateway.kinds('closed')).toEqual([]);
    back.close(1001);
    subscriptions.closed(back, false);
    await seconds(6);
    expect(gateway.kinds('closed')).toHaveLength(1);
  });

  it('is told of a socket whose question was still with Odoo', async () => {
    const { gateway, subscriptions } = startOne();
    let answer = (_: unknown) => undefined as unknown;
    gateway.answer = async (ask) => {
      if (ask.kind === 'event') await new Promise((resolve) => (answer = resolve));
      return { granted: null };
    };
    const client = clientOf('s1');
    subscriptions.event(client, 'update_presence', { inactivity_period: 0 });
    await soon();
    client.close(1001);
    subscriptions.closed(client, false);
    answer(null);
    await seconds(6);
    expect(gateway.kinds('closed')).toMatchObject([{ first: true, uid: null }]);
  });

  it('is told once for all tabs that go together', async () => {
    const { gateway, subscriptions } = startOne();
    gateway.answer = gateway.toUser(7);
    const tabs = ['s1', 's1', 's2'].map((session) => clientOf(session));
    for (const tab of tabs) subscriptions.subscribe(tab, [], 0);
    await soon();
    for (const tab of tabs) {
      tab.close(1001);
      subscriptions.closed(tab, false);
    }
    await seconds(20);
    expect(gateway.kinds('closed')).toMatchObject([{ cookie: 'a=b; session_id=s2' }]);
  });

  it('is not told when they come back while Odoo was away', async () => {
    const { gateway, subscriptions } = startOne();
    gateway.answer = gateway.toUser(7);
    const client = clientOf('s1');
    subscriptions.subscribe(client, [], 0);
    await soon();
    client.close(1001);
    subscriptions.closed(client, false);
    gateway.answer = () => {
      throw new SidecarError('odoo_unreachable', 'away', { retry: true });
    };
    await seconds(10);
    const asked = gateway.kinds('closed').length;
    expect(asked).toBeGreaterThan(0);
    subscriptions.subscribe(clientOf('s1'), [], 0);
    gateway.answer = gateway.toUser(7);
    await seconds(10);
    expect(gateway.kinds('closed')).toHaveLength(asked);
  });

  it('is not told while the sidecar stops, nor of somebody of whom Odoo knows nothing', async () => {
    const { gateway, subscriptions } = startOne();
    const [drained, nobody] = [clientOf('s1'), new ScriptedClient()];
    for (const client of [drained, nobody]) subscriptions.subscribe(client, [], 0);
    await soon();
    for (const client of [drained, nobody]) {
      client.close(1001);
      subscriptions.closed(client, client === drained);
    }
    await seconds(20);
    expect(gateway.kinds('closed')).toEqual([]);
  });
});
