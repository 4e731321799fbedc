import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clientOf, type ScriptedGateway, seconds, soon, startOne } from '../../support/bus/scripted-bus.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('Presence', () => {
  const events = (gateway: ScriptedGateway) =>
    gateway.kinds('event').map((ask) => ('data' in ask ? Object(ask.data).inactivity_period : null));

  it('is told at once, and then every five seconds, with what was said last in any of the tabs', async () => {
    const { gateway, subscriptions } = startOne();
    const [one, two] = [clientOf('s1'), clientOf('s1')];
    subscriptions.event(one, 'update_presence', { inactivity_period: 1 });
    await soon();
    subscriptions.event(one, 'update_presence', { inactivity_period: 2 });
    subscriptions.event(two, 'update_presence', { inactivity_period: 3 });
    await soon();
    expect(events(gateway)).toEqual([1]);
    await seconds(5);
    expect(events(gateway)).toEqual([1, 3]);
    await seconds(60);
    subscriptions.event(one, 'update_presence', { inactivity_period: 4 });
    await soon();
    expect(events(gateway)).toEqual([1, 3, 4]);
  });

  it('of other browsers, and what asks for something else, is told at once', async () => {
    const { gateway, subscriptions } = startOne();
    const one = clientOf('s1');
    subscriptions.event(one, 'update_presence', { inactivity_period: 1 });
    subscriptions.event(clientOf('s2'), 'update_presence', { inactivity_period: 2 });
    subscriptions.event(one, 'update_presence', { inactivity_period: 3, im_status_ids_by_model: {} });
    subscriptions.event(one, 'update_presence', null);
    await soon();
    expect(gateway.kinds('event')).toHaveLength(4);
  });

  it('that is longer than pages make it is not kept until it may be told', async () => {
    const { gateway, subscriptions } = startOne();
    const one = clientOf('s1');
    for (let count = 0; count < 3; count += 1)
      subscriptions.event(one, 'update_presence', { inactivity_period: 1, more: 'x'.repeat(20_000) });
    await soon();
    expect(gateway.kinds('event')).toHaveLength(3);
  });
});
