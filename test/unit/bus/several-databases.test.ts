import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  clientOf,
  refused,
  ScriptedClient,
  ScriptedGateway,
  seconds,
  soon,
  startSubscriptions,
} from '../../support/bus/scripted-bus.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('Of several databases', () => {
  it('the one is asked that Odoo names, or else the next one', async () => {
    const [one, two, three] = ['one', 'two', 'three'].map((name) => new ScriptedGateway(name));
    if (one === undefined || two === undefined || three === undefined) throw new Error('three');
    const { subscriptions } = startSubscriptions(one, two, three);
    one.answer = (ask) => refused('database', { db: ask.cookie.includes('named') ? 'three' : null });
    const [named, any] = [clientOf('named'), clientOf('any')];
    subscriptions.subscribe(named, ['mine'], 4);
    subscriptions.subscribe(any, ['mine'], 5);
    subscriptions.event(any, 'after', null);
    await soon();
    expect(named.subscribed).toMatchObject([{ db: 'three', last: 4 }]);
    expect(any.subscribed).toMatchObject([{ db: 'two', last: 5 }]);
    expect(two.asks).toMatchObject([{ kind: 'subscribe' }, { kind: 'event' }]);
  });

  it('those without the bus are not asked', async () => {
    const [without, last] = [new ScriptedGateway('without', false), new ScriptedGateway('last')];
    const { subscriptions } = startSubscriptions(without, last);
    const client = new ScriptedClient();
    subscriptions.subscribe(client, [], 0);
    await soon();
    expect(client.subscribed).toMatchObject([{ db: 'last' }]);
    expect(without.asks).toEqual([]);
  });

  it.each([
    [true, null],
    [false, '1013'],
  ])(
    'a session of none of them is passed on if there is an evented worker: %s',
    async (hasBridge, closed) => {
      const [one, two] = [new ScriptedGateway('one'), new ScriptedGateway('two')];
      const { subscriptions, lines } = startSubscriptions(one, two);
      for (const gateway of [one, two]) gateway.answer = () => refused('database', { db: 'elsewhere' });
      const client = new ScriptedClient({ cookie: 'session_id=s1' }, hasBridge);
      subscriptions.subscribe(client, [], 0);
      await soon();
      expect(client).toMatchObject({ bridged: hasBridge, closed });
      expect(two.asks).toEqual([]);
      expect(lines.join('')).toMatch(hasBridge ? /^$/ : /bus_database_unserved.*"elsewhere"/);
      subscriptions.closed(client, false);
      await seconds(10);
      expect(one.asks).toHaveLength(1);
    },
  );
});
