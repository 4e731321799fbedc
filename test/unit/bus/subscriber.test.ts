import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SidecarError } from '../../../sidecar/src/api/sidecar-error.ts';
import {
  clientOf,
  granted,
  refused,
  ScriptedClient,
  seconds,
  soon,
  startOne,
} from '../../support/bus/scripted-bus.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('A socket', () => {
  it('gets what Odoo gives the user of its cookie, and says later whose it is', async () => {
    const { gateway, subscriptions } = startOne();
    gateway.answer = gateway.toUser(7, ['["one","broadcast"]', '["one","res.partner",9]']);
    const client = clientOf('s1', { origin: 'https://erp.example.com' });
    subscriptions.subscribe(client, ['mine'], 5);
    await soon();
    const { cookie, headers } = client.visitor;
    expect(gateway.requests).toEqual([
      {
        origin: 'https://erp.example.com',
        asks: [
          {
            ...{ kind: 'subscribe', channels: ['mine'], last: 5, token: true },
            ...{ cookie, headers, first: true, uid: null, session: false },
          },
        ],
      },
    ]);
    expect(client.subscribed).toEqual([
      { db: 'one', channels: ['["one","broadcast"]', '["one","res.partner",9]'], last: 5 },
    ]);
    expect(gateway.holds).toMatchObject([{ token: 'token 1' }]);
    subscriptions.event(client, 'something', { any: 'thing' });
    await soon();
    expect(gateway.asks[1]).toEqual({
      ...{ kind: 'event', event_name: 'something', data: { any: 'thing' } },
      ...{ cookie, headers, first: false, uid: 7, session: true, credential: 'token 1' },
    });
  });

  it('is asked about once for what it wanted before Odoo was asked, from where the first began', async () => {
    const { gateway, subscriptions } = startOne();
    const client = new ScriptedClient();
    subscriptions.subscribe(client, ['one'], 5);
    subscriptions.event(client, 'between', null);
    subscriptions.subscribe(client, ['one', 'two'], 8);
    await soon();
    expect(gateway.asks).toMatchObject([
      { kind: 'subscribe', channels: ['one', 'two'], last: 5 },
      { kind: 'event', event_name: 'between' },
    ]);
    expect(client.subscribed).toEqual(
      [{ db: 'db', channels: ['["db","one"]', '["db","two"]'], last: 5 }].map((one) => ({
        ...one,
        db: 'one',
      })),
    );
  });

  it.each([
    ['expired', '4001'],
    ['locked', '1013'],
  ] as const)('is closed when Odoo says that its session is %s', async (why, code) => {
    const { gateway, subscriptions } = startOne();
    gateway.answer = () => refused(why);
    const client = clientOf('s1');
    subscriptions.subscribe(client, [], 0);
    await soon();
    expect(client.closed).toBe(code);
    expect(client.subscribed).toEqual([]);
  });

  it('is closed when its first subscription alone takes Odoo too long, and stays when a later one does', async () => {
    const { gateway, subscriptions } = startOne();
    const late = new SidecarError('odoo_timeout', 'late');
    const client = clientOf('s1');
    subscriptions.subscribe(client, ['one'], 0);
    await soon();
    gateway.answer = () => Promise.reject(late);
    subscriptions.subscribe(client, ['two'], 0);
    await seconds(5);
    expect(client.closed).toBeNull();
    const other = clientOf('s2');
    subscriptions.subscribe(other, ['one'], 0);
    await seconds(60);
    expect([client.closed, other.closed]).toEqual([null, '1013']);
  });

  it('stays when Odoo refuses what it sent, which is said once', async () => {
    const { gateway, subscriptions, lines } = startOne();
    gateway.answer = () => refused('invalid', { message: 'bus.Bus only string channels are allowed.' });
    const client = new ScriptedClient();
    subscriptions.subscribe(client, ['one'], 0);
    await soon();
    subscriptions.subscribe(client, ['one'], 0);
    await soon();
    expect(client.closed).toBeNull();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('bus_ask_invalid');
    expect(lines[0]).toContain('only string channels');
  });

  it('is asked about again after a while if Odoo fails; an event is not', async () => {
    const { gateway, subscriptions, lines } = startOne();
    gateway.answer = () => refused('failed');
    const client = new ScriptedClient();
    subscriptions.subscribe(client, ['one'], 3);
    subscriptions.event(client, 'lost', null);
    await soon();
    expect(gateway.asks).toHaveLength(2);
    gateway.answer = granted;
    subscriptions.event(client, 'later', null);
    await seconds(2);
    expect(gateway.asks.slice(2)).toMatchObject([
      { kind: 'subscribe', channels: ['one'], last: 3 },
      { kind: 'event', event_name: 'later' },
    ]);
    expect(client.subscribed).toMatchObject([{ last: 3 }]);
    expect(lines).toMatchObject([
      expect.stringContaining('bus_ask_failed'),
      expect.stringContaining('bus_event_dropped'),
    ]);
  });

  it('keeps what it has while Odoo is away, and gets what it wanted meanwhile when it is back', async () => {
    const { gateway, subscriptions } = startOne();
    const client = new ScriptedClient();
    subscriptions.subscribe(client, ['one'], 3);
    await soon();
    gateway.answer = () => {
      throw new SidecarError('odoo_unreachable', 'away', { retry: true });
    };
    subscriptions.subscribe(client, ['two'], 4);
    await seconds(60);
    expect(client).toMatchObject({ closed: null, subscribed: [{ last: 3 }] });
    gateway.answer = granted;
    await seconds(6);
    expect(client.subscribed).toMatchObject([{ last: 3 }, { channels: ['["db","two"]'], last: 4 }]);
  });

  it('subscribes again when nobody knows what Odoo did, and repeats no event', async () => {
    const { gateway, subscriptions, lines } = startOne();
    let failing = true;
    gateway.answer = (ask) => {
      if (failing) throw new SidecarError('odoo_timeout', 'It took too long.');
      return granted(ask);
    };
    const client = new ScriptedClient();
    subscriptions.subscribe(client, ['one'], 3);
    subscriptions.event(client, 'once', null);
    await soon();
    failing = false;
    await seconds(1);
    expect(gateway.kinds('event')).toHaveLength(1);
    expect(client.subscribed).toMatchObject([{ last: 3 }]);
    expect(lines.join('')).toContain('It took too long.');
  });

  it('has at most twenty events wait, the youngest', async () => {
    const { gateway, subscriptions, lines } = startOne();
    let release = () => undefined as unknown;
    gateway.answer = async (ask) => {
      await new Promise((resolve) => {
        release = () => resolve(null);
      });
      return granted(ask);
    };
    const client = new ScriptedClient();
    subscriptions.event(client, 'first', null);
    await soon();
    for (let number = 1; number <= 25; number += 1) subscriptions.event(client, `event ${number}`, null);
    gateway.answer = granted;
    release();
    await soon();
    expect(gateway.asks.map((ask) => 'event_name' in ask && ask.event_name)).toEqual([
      'first',
      ...Array.from({ length: 20 }, (_, index) => `event ${index + 6}`),
    ]);
    expect(lines[0]).toContain('too many wait');
  });

  it('is nobody any more when it is closed: what Odoo answers then is forgotten', async () => {
    const { gateway, subscriptions } = startOne();
    gateway.answer = gateway.toUser(7);
    const client = clientOf('s1');
    subscriptions.subscribe(client, [], 0);
    client.close(1001);
    subscriptions.closed(client, false);
    await seconds(20);
    expect(client.subscribed).toEqual([]);
    expect(gateway.asks).toEqual([]);
  });
});
