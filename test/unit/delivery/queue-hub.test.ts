import { expect, it } from 'vitest';
import { AbstractAdapter } from '../../../sidecar/src/api/adapter.ts';
import { AdapterRegistry } from '../../../sidecar/src/api/adapter-registry.ts';
import type { Message } from '../../../sidecar/src/api/message.ts';
import type { Arrival } from '../../../sidecar/src/delivery/arrival.ts';
import type { LeaseStore } from '../../../sidecar/src/delivery/queue/lease-store.ts';
import { QueueHub } from '../../../sidecar/src/delivery/queue/queue-hub.ts';
import { StopSignal } from '../../../sidecar/src/lib/stop-signal.ts';

class Some extends AbstractAdapter {
  static override readonly channel = 'work';

  override get(messages: readonly Message[], most: number): Message[] {
    return messages.slice(0, most);
  }

  override format(message: Message): unknown {
    return message.id;
  }
}

function arrival(id: number): Arrival {
  const message = { id: `${id}`, channel: 'work', uid: null, date: '', values: {} };
  return { message, txid: `${id}`, size: 1 };
}

/** A hub over a store in which somebody else is quicker for some messages. */
function open(
  waiting: number[],
  elsewhere: number[] = [],
  onRead: () => void | Promise<void> = () => undefined,
  onClaimed: () => void = () => undefined,
) {
  const claimed: string[][] = [];
  const gone = new Set<number>();
  const reads: string[] = [];
  const store: LeaseStore = {
    fresh: true,
    claim: async (ids) => {
      claimed.push([...ids]);
      const granted = new Set(ids.filter((id) => !elsewhere.includes(Number(id))));
      for (const id of ids) gone.add(Number(id));
      onClaimed();
      return granted;
    },
    acknowledge: async (ids) => new Set(ids),
    requeue: async () => undefined,
    stillWaiting: async (ids) => new Set(ids.filter((id) => !gone.has(Number(id)))),
    waiting: async (_channel, after, limit) => {
      reads.push(after);
      const ids = waiting.filter((id) => id > Number(after) && !gone.has(id)).slice(0, limit);
      await onRead();
      return { arrivals: ids.map(arrival), next: ids.length < limit ? null : `${ids.at(-1)}` };
    },
  };
  const hub = new QueueHub(store, { failed: () => undefined, worked: () => undefined });
  const declared = new AdapterRegistry().declare(Some, 'my_addon');
  const signal = new StopSignal();
  const listen = (most: number) =>
    hub.listen(declared, [most], { signal, hold: () => undefined, most: 64 * 1024 });
  const arrive = (...ids: number[]) => {
    waiting = [...waiting, ...ids].toSorted((one, other) => one - other);
    hub.publish(ids.map(arrival));
  };
  return { hub, declared, listen, arrive, signal, claimed, reads };
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

it('offers again what an adapter left for later when somebody else was quicker for what it took', async () => {
  const { listen } = open(numbers(1, 100), numbers(1, 20));
  expect(await listen(20)).toEqual(numbers(21, 40).map(String));
});

it('gives what one listener leaves to the next', async () => {
  const { hub, listen } = open([]);
  const got = Promise.all([listen(1), listen(1), listen(5)]);
  // The queue has been read, and is empty.
  await new Promise(setImmediate);
  hub.publish(numbers(1, 4).map(arrival));
  expect(await got).toEqual([['1'], ['2'], ['3', '4']]);
});

it('offers no more than its share to one of many', async () => {
  const { listen, claimed } = open(numbers(1, 250));
  await Promise.all([listen(1_000), listen(1_000), listen(1_000)]);
  expect(claimed.map(({ length }) => length)).toEqual([100, 100, 50]);
});

it('offers oldest first, also what came back', async () => {
  const { hub, listen } = open([5, 6]);
  expect(await listen(1)).toEqual(['5']);
  hub.publish([arrival(5), arrival(7)]);
  expect(await listen(3)).toEqual(['5', '6', '7']);
});

it('ends a wait when its socket goes', async () => {
  const { listen, signal } = open([]);
  const waits = listen(1);
  signal.stop();
  await expect(waits).rejects.toMatchObject({ name: 'AbortError' });
  await expect(listen(1)).rejects.toMatchObject({ name: 'AbortError' });
});

it('misses nothing when everything has to be read anew while it is being read', async () => {
  let reads = 0;
  const { hub, listen } = open(numbers(1, 1_500), [], () => {
    reads += 1;
    if (reads === 2) hub.reload();
  });
  const got: unknown[] = [];
  while (got.length < 1_500) got.push(...(await listen(1_000)));
  expect(got).toEqual(numbers(1, 1_500).map(String));
});

it('offers a message that is put back while the refusal of its lease is on its way', async () => {
  const elsewhere = [1];
  const { hub, listen } = open([1], elsewhere, undefined, () => {
    if (elsewhere.pop() !== undefined) hub.publish([arrival(1)]);
  });
  expect(await listen(1)).toEqual(['1']);
});

/** Takes only the messages from this one on: those before are for people who are away. */
class From extends Some {
  override get(messages: readonly Message[], first: number): Message[] {
    return messages.filter(({ id }) => Number(id) >= first).slice(0, 1);
  }
}

/** Many listeners for what lies behind so many messages for people who are away. */
function crowd(listeners: number, away: number, present: number) {
  const { hub, signal, arrive, reads, claimed } = open(numbers(1, away + present));
  const declared = new AdapterRegistry().declare(From, 'my_addon');
  const got = Array.from({ length: listeners }, () =>
    hub.listen(declared, [away + 1], { signal, hold: () => undefined, most: 64 * 1024 }),
  );
  return { got, arrive, reads, claimed };
}

it('leads a thousand listeners together past what is for people who are away', async () => {
  const { got, reads } = crowd(1_000, 15_000, 1_000);
  expect((await Promise.all(got)).flat().toSorted(byNumber)).toEqual(numbers(15_001, 16_000).map(String));
  // Ten parts fill the window, and six lie behind it.
  expect(reads.length).toBeLessThan(40);
});

it('gives what arrives behind a full window to those who have looked through everything, and reads nothing for it', async () => {
  const { got, arrive, reads } = crowd(100, 12_000, 0);
  await expect.poll(() => reads.at(-1)).toBe('12000');
  const before = reads.length;
  for (const id of numbers(12_001, 12_100)) arrive(id);
  expect((await Promise.all(got)).flat().toSorted(byNumber)).toEqual(numbers(12_001, 12_100).map(String));
  expect(reads.length).toBe(before);
});

/** Takes one message only. */
class Only extends Some {
  override get(messages: readonly Message[], wanted: number): Message[] {
    return messages.filter(({ id }) => Number(id) === wanted);
  }
}

const only = new AdapterRegistry().declare(Only, 'my_addon');

it('offers what had no room any more by the time it was offered', async () => {
  const { hub, signal, arrive, reads } = open(numbers(1, 12_000).map((id) => id * 2));
  const got = hub.listen(only, [17_997], { signal, hold: () => undefined, most: 64 * 1024 });
  await expect.poll(() => reads.at(-1)).toBe('24000');
  await new Promise(setImmediate);
  const odd = numbers(1, 1_001).map((index) => index * 2 + 1);
  arrive(1, 17_997, ...odd);
  expect(await got).toEqual(['17997']);
});

it('offers what is committed while the last part behind the window is read, which does not have it', async () => {
  const opened = open(numbers(1, 12_000), [], () => {
    if (opened.reads.at(-1) === '12000') opened.arrive(12_001);
  });
  const { hub, signal } = opened;
  expect(await hub.listen(only, [12_001], { signal, hold: () => undefined, most: 64 * 1024 })).toEqual([
    '12001',
  ]);
});

it('offers again what arrived behind the window while others were quicker', async () => {
  const { hub, signal, arrive, reads } = open(numbers(1, 12_000), [12_001], undefined, () => {
    if (!reads.includes('again')) arrive(12_002);
    reads.push('again');
  });
  const declared = new AdapterRegistry().declare(From, 'my_addon');
  const got = hub.listen(declared, [12_001], { signal, hold: () => undefined, most: 64 * 1024 });
  await expect.poll(() => reads.at(-1)).toBe('12000');
  await new Promise(setImmediate);
  arrive(12_001);
  expect(await got).toEqual(['12002']);
});

it('reads on behind the window as far as it is taken, each part once', async () => {
  const { listen, reads } = open(numbers(1, 30_000));
  const got: unknown[] = [];
  while (got.length < 30_000) got.push(...(await listen(100)));
  expect(got).toEqual(numbers(1, 30_000).map(String));
  expect(reads).toEqual([...new Set(reads)]);
});

it('gives each of many messages that arrive in disorder while more waits than fits', async () => {
  const { listen, arrive } = open(numbers(1, 12_500).filter((id) => id % 2 === 0));
  const got: unknown[] = [];
  for (let id = 1; id <= 12_500; id += 50) {
    arrive(...numbers(id, Math.min(id + 49, 12_500)).filter((one) => one % 2 === 1));
    got.push(...(await listen(50)));
  }
  while (got.length < 12_500) got.push(...(await listen(100)));
  expect(new Set(got).size).toBe(12_500);
});

it('says that the database cannot be asked, asks again, and says when that is over', async () => {
  const said: string[] = [];
  let isDown = true;
  const store: LeaseStore = {
    fresh: true,
    claim: async (ids) => new Set(ids),
    acknowledge: async (ids) => new Set(ids),
    requeue: async () => undefined,
    stillWaiting: async (ids) => new Set(ids),
    waiting: async () => {
      if (isDown) throw new Error('down');
      return { arrivals: [arrival(1)], next: null };
    },
  };
  const hub = new QueueHub(store, {
    failed: (error) => {
      said.push(String(error));
      isDown = false;
    },
    worked: () => said.push('worked'),
  });
  const declared = new AdapterRegistry().declare(Some, 'my_addon');
  const consumer = { signal: new StopSignal(), hold: () => undefined, most: 64 * 1024 };
  expect(await hub.listen(declared, [1], consumer)).toEqual(['1']);
  expect(said).toEqual(['Error: down', 'worked']);
});

function byNumber(one: unknown, other: unknown): number {
  return Number(one) - Number(other);
}
