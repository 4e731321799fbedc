import { expect, it } from 'vitest';
import { AbstractAdapter } from '../../../sidecar/src/api/adapter.ts';
import { AdapterRegistry } from '../../../sidecar/src/api/adapter-registry.ts';
import type { Message } from '../../../sidecar/src/api/message.ts';
import type { Arrival } from '../../../sidecar/src/delivery/arrival.ts';
import { ChannelHub } from '../../../sidecar/src/delivery/each/channel-hub.ts';
import { Cursor } from '../../../sidecar/src/delivery/each/cursor.ts';
import { MessageLog } from '../../../sidecar/src/delivery/each/log/message-log.ts';
import { Sequence } from '../../../sidecar/src/delivery/each/log/sequence.ts';
import type { UnacknowledgedBatch } from '../../../sidecar/src/delivery/listening/unacknowledged-batch.ts';
import { StopSignal } from '../../../sidecar/src/lib/stop-signal.ts';

let lastId = 0;

function arrival(channel: string, text: string): Arrival {
  lastId += 1;
  const message: Message = {
    id: `${lastId}`,
    channel,
    uid: null,
    date: '2013-09-08 12:35:19',
    values: { text },
  };
  return { message, txid: `${100 + lastId}`, size: text.length };
}

/** The snapshot after the last arrival. */
function now(): string {
  return `${101 + lastId}:${101 + lastId}:`;
}

class All extends AbstractAdapter {
  static override readonly channel = 'mine';
  static override readonly mode = 'each';
  override format(message: Message): unknown {
    return message.values['text'];
  }
}

class Chosen extends All {
  override get(messages: readonly Message[], wanted: string): Message[] {
    return messages.filter(({ values }) => String(values['text']).startsWith(wanted));
  }
}

function open(adapter: typeof All, log = new MessageLog(new Sequence())) {
  log.restart(now());
  const hub = new ChannelHub(log);
  const declared = new AdapterRegistry().declare(adapter, 'my_addon');
  const cursor = new Cursor(declared, hub.log, hub.log.head);
  const signal = new StopSignal();
  const gaps = { behind: 0, passedOver: 0 };
  const listen = async (...args: unknown[]) => {
    const held: UnacknowledgedBatch[] = [];
    const formatted = await hub.listen(cursor, args, {
      signal,
      hold: (holding) => held.push(holding),
      behind: () => {
        gaps.behind += 1;
      },
      passedOver: (count) => {
        gaps.passedOver += count;
      },
      failed: () => undefined,
      most: 64 * 1024,
    });
    const [holding] = held;
    if (holding === undefined) throw new Error('Nothing was given to hold.');
    return { holding, formatted };
  };
  const publish = (arrivals: Arrival[]) =>
    hub.publish({ channel: null, snapshot: now(), last: true, heard: [] }, arrivals);
  return { hub, cursor, signal, listen, publish, gaps };
}

class Keyed extends All {
  static override readonly key = 'text';
}

it('looks at each message once for all readers of one value, however many came at once', async () => {
  const { hub, publish } = open(Keyed);
  const declared = new AdapterRegistry().declare(Keyed, 'my_addon');
  const COUNT = 200;
  let looks = 0;
  const taken: unknown[] = [];
  const read = async (wanted: string) => {
    const cursor = new Cursor(declared, hub.log, hub.log.head);
    const options = { signal: new StopSignal(), behind: () => undefined, most: 1e6 };
    const consumer = { ...options, passedOver: () => undefined, failed: () => undefined };
    for (let turn = 0; turn < 2; turn += 1) {
      let held: UnacknowledgedBatch | null = null;
      const hold = (batch: UnacknowledgedBatch) => {
        held = batch;
      };
      taken.push(...(await hub.listen(cursor, [wanted], { ...consumer, hold })));
      expect(held).not.toBe(null);
    }
  };
  const texts = Array.from({ length: COUNT }, (_, number) => `text ${number}`);
  const done = texts.map(read);
  const watched = (text: string) => {
    const one = arrival('mine', text);
    const values = { ...one.message.values };
    Object.defineProperty(values, 'text', {
      get: () => {
        looks += 1;
        return text;
      },
    });
    return { ...one, message: { ...one.message, values } };
  };
  publish(texts.map(watched));
  publish(texts.map(watched));
  await Promise.all(done);
  expect(taken.sort()).toEqual([...texts, ...texts].sort());
  // Each is found, chosen and formatted; by looking at all for each it would be 200 times as many.
  expect(looks).toBeLessThan(2 * COUNT * 10);
});

it('gives what came behind a message to whoever reads on from there with another value', async () => {
  const { cursor, listen, publish, hub } = open(Keyed);
  const first = listen('one');
  publish([arrival('mine', 'two'), arrival('mine', 'one'), arrival('mine', 'two'), arrival('mine', 'one')]);
  expect((await first).formatted).toEqual(['one', 'one']);
  publish([arrival('mine', 'one'), arrival('mine', 'two'), arrival('mine', 'two')]);
  expect((await listen('one')).formatted).toEqual(['one']);
  const fork = cursor.fork('two');
  const consumer = { signal: new StopSignal(), behind: () => undefined, most: 1e6, hold: () => undefined };
  const rest = hub.listen(fork, ['two'], {
    ...consumer,
    passedOver: () => undefined,
    failed: () => undefined,
  });
  expect(await rest).toEqual(['two', 'two']);
});

it('gives what arrives to those who wait, and keeps it for those who listen again later', async () => {
  const { publish, listen } = open(All);
  const first = listen();
  publish([arrival('mine', 'one'), arrival('other', 'not this'), arrival('mine', 'two')]);
  publish([arrival('mine', 'three')]);
  expect((await first).formatted).toEqual(['one', 'two']);
  expect((await listen()).formatted).toEqual(['three']);
});

it('passes over what the adapter does not take, for good', async () => {
  const { publish, listen } = open(Chosen);
  const first = listen('b');
  publish([arrival('mine', 'a1')]);
  publish([arrival('mine', 'b1')]);
  expect((await first).formatted).toEqual(['b1']);
  publish([arrival('mine', 'b2')]);
  expect((await listen('')).formatted).toEqual(['b2']);
});

it('offers what was put back before what is new, in the old order', async () => {
  const { publish, listen } = open(All);
  publish([arrival('mine', 'one'), arrival('mine', 'two')]);
  const taken = await listen();
  publish([arrival('mine', 'three')]);
  taken.holding.requeue(false);
  expect((await listen()).formatted).toEqual(['one', 'two', 'three']);
});

it('offers what has failed one by one, so that only the one for which it fails uses up its attempts', async () => {
  const { publish, gaps, listen } = open(All);
  publish(['one', 'bad', 'three'].map((text) => arrival('mine', text)));
  const shown: unknown[][] = [];
  while (shown.flat().filter((text) => text !== 'bad').length < 6) {
    const { holding, formatted } = await listen();
    shown.push(formatted);
    if (formatted.includes('bad')) holding.requeue(true);
    else holding.acknowledge();
    if (shown.length === 6) publish([arrival('mine', 'four'), arrival('mine', 'five')]);
  }
  expect(shown).toEqual([
    ['one', 'bad', 'three'],
    ['one'],
    ...[['bad'], ['bad'], ['bad'], ['bad']],
    ['three'],
    ['four', 'five'],
  ]);
  expect(gaps.passedOver).toBe(1);
});

it('tells a page that refuses everything to load its data again twice, and not once for each message', async () => {
  const { publish, gaps, listen } = open(All);
  publish(Array.from({ length: 1_000 }, (_, n) => arrival('mine', `${n}`)));
  let attempts = 0;
  for (; gaps.passedOver < 2; attempts += 1) (await listen()).holding.requeue(true);
  expect(attempts).toBe(9);
  const next = listen();
  publish([arrival('mine', 'next')]);
  expect((await next).formatted).toEqual(['next']);
});

it('passes a message over after five failures, and forgets the failures of one that was confirmed', async () => {
  const { publish, gaps, listen } = open(All);
  publish([arrival('mine', 'bad')]);
  const passed: number[] = [];
  for (let failure = 1; failure <= 5; failure += 1) {
    (await listen()).holding.requeue(true);
    passed.push(gaps.passedOver);
  }
  expect(passed).toEqual([0, 0, 0, 0, 1]);
  publish([arrival('mine', 'good')]);
  for (let turn = 0; turn < 6; turn += 1) {
    const { holding, formatted } = await listen();
    expect(formatted).toEqual(['good']);
    holding.requeue(true);
    await (await listen()).holding.acknowledge();
    publish([arrival('mine', 'good')]);
  }
  expect(gaps.passedOver).toBe(1);
});

it('does not count as a failure what the handler was not to blame for', async () => {
  const { publish, gaps, listen } = open(All);
  publish([arrival('mine', 'good')]);
  for (let turn = 0; turn < 10; turn += 1) (await listen()).holding.requeue(false);
  expect((await listen()).formatted).toEqual(['good']);
  expect(gaps.passedOver).toBe(0);
});

it('tells a reader that fell behind what is kept, once, and goes on with what is new', async () => {
  const log = new MessageLog(new Sequence(), { messages: 10, characters: 1_000 });
  const { publish, listen, gaps } = open(All, log);
  publish(Array.from({ length: 30 }, (_, index) => arrival('mine', `${index}`)));
  const waits = listen();
  publish([arrival('mine', 'new')]);
  expect((await waits).formatted).toEqual(['new']);
  expect(gaps.behind).toBe(1);
});

it('keeps a message of any size for those who wait for it, and drops older ones to make room', async () => {
  const log = new MessageLog(new Sequence(), { messages: 10, characters: 100 });
  const { publish, listen, gaps } = open(All, log);
  publish([arrival('mine', 'x'.repeat(500))]);
  expect((await listen()).formatted).toEqual(['x'.repeat(500)]);
  expect(gaps.behind).toBe(0);
});

it('ends a wait when its socket goes, and gives the message to the next', async () => {
  const { publish, signal, listen } = open(All);
  const waits = listen();
  signal.stop();
  await expect(waits).rejects.toMatchObject({ name: 'AbortError' });
  await expect(listen()).rejects.toMatchObject({ name: 'AbortError' });
  publish([arrival('mine', 'one')]);
});

it('refuses what an adapter made up, and takes nothing', async () => {
  class Inventor extends All {
    override get(messages: readonly Message[]): Message[] {
      return messages.map((message) => ({ ...message }));
    }
  }
  class Forgetful extends All {
    override get(): Message[] {
      return JSON.parse('null');
    }
  }
  class Breaking extends All {
    override format(): unknown {
      throw new Error('no format');
    }
  }
  for (const [adapter, message] of [
    [Inventor, 'Inventor.get returned'],
    [Forgetful, 'Forgetful.get returned null. Return an array'],
    [Breaking, 'no format'],
  ] as const) {
    const { publish, listen } = open(adapter);
    const waits = listen();
    publish([arrival('mine', 'one')]);
    await expect(waits).rejects.toThrow(message);
  }
});

it('looks through more than is offered at a time, for one that is wanted', async () => {
  const { publish, listen } = open(Chosen);
  publish(Array.from({ length: 30 }, () => arrival('mine', 'x'.repeat(100_000))));
  publish([arrival('mine', 'wanted')]);
  expect((await listen('wanted')).formatted).toEqual(['wanted']);
});

it('tells a listener at once that a flood of its channel is not read, as nobody hears it any more', async () => {
  const { hub, publish, listen, gaps } = open(All);
  const listening = listen();
  hub.publish({ channel: null, snapshot: now(), last: false, heard: ['other'] }, []);
  expect(gaps.behind).toBe(1);
  publish([arrival('mine', 'after')]);
  expect((await listening).formatted).toEqual(['after']);
  expect(gaps.behind).toBe(1);
});
