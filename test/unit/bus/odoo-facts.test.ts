import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SidecarError } from '../../../sidecar/src/api/sidecar-error.ts';
import { USUAL_FACTS } from '../../../sidecar/src/bus/bus-facts.ts';
import { ScriptedClient, seconds, soon, startOne } from '../../support/bus/scripted-bus.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('What Odoo is', () => {
  it('closes a page with a script of another version, as soon as Odoo has one', async () => {
    const { gateway, subscriptions } = startOne();
    gateway.facts = { ...USUAL_FACTS, version: '19.0-2' };
    const [page, program] = [
      new ScriptedClient({ version: '19.0-2' }),
      new ScriptedClient({ version: null, hasUserAgent: false }),
    ];
    for (const client of [page, program]) subscriptions.subscribe(client, [], 0);
    await soon();
    expect(page.closed).toBeNull();
    gateway.facts = { ...USUAL_FACTS, version: '19.0-3' };
    subscriptions.event(page, 'any', null);
    await soon();
    expect(page.closed).toBe('1000 OUTDATED_VERSION');
    expect(program.closed).toBeNull();
  });

  it('is asked once for many that want to know it, and not again within a second', async () => {
    const { gateway, subscriptions } = startOne();
    gateway.facts = { ...USUAL_FACTS, version: '19.0-2' };
    const { visitor } = new ScriptedClient();
    const asking = Promise.all([1, 2, 3].map(() => subscriptions.askFacts(visitor)));
    await soon();
    expect((await asking).map((facts) => facts?.version)).toEqual(Array(3).fill('19.0-2'));
    await subscriptions.askFacts(visitor);
    expect(gateway.requests).toEqual([{ origin: null, asks: [] }]);
    await seconds(1);
    await subscriptions.askFacts(visitor);
    expect(gateway.requests).toHaveLength(2);
  });

  it('is not asked under more than four hosts at a time, whoever makes them up', async () => {
    const { gateway, subscriptions } = startOne();
    const asked = vi.fn(() => new Promise<never>(() => undefined));
    gateway.askBus = asked;
    const hosts = Array.from({ length: 10 }, (_, index) => `http://${index}.example.com`);
    const answers = hosts.map((origin) => subscriptions.askFacts(new ScriptedClient({ origin }).visitor));
    expect(await Promise.all(answers.slice(4))).toEqual(Array(6).fill(null));
    expect(asked).toHaveBeenCalledTimes(4);
  });

  it('is not known while Odoo cannot be asked', async () => {
    const { gateway, subscriptions } = startOne();
    gateway.askBus = () => Promise.reject(new SidecarError('odoo_unreachable', 'away', { retry: true }));
    expect(await subscriptions.askFacts(new ScriptedClient().visitor)).toBeNull();
    expect(subscriptions.facts).toBeNull();
  });
});
