import { expect, it } from 'vitest';
import { AbstractAdapter } from '../../../sidecar/src/api/adapter.ts';
import { AdapterRegistry } from '../../../sidecar/src/api/adapter-registry.ts';
import type { Message } from '../../../sidecar/src/api/message.ts';
import type { LeaseStore } from '../../../sidecar/src/delivery/lease-store.ts';
import type { Arrival } from '../../../sidecar/src/delivery/message-log.ts';
import { QueueHub } from '../../../sidecar/src/delivery/queue-hub.ts';
import { StopSignal } from '../../../sidecar/src/delivery/stop-signal.ts';

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
  const store: LeaseStore = {
    fresh: true,
    claim: async (ids) => {
      claimed.push([...ids]);
      const granted = new Set(ids.filter((id) => !elsewhere.includes(Number(id))));
      onClaimed();
      return granted;
    },
    confirm: async (ids) => new Set(ids),
    putBack: async () => undefined,
    waiting: async (_channel, after, limit) => {
      const ids = waiting.filter((id) => id > Number(after)).slice(0, limit);
      await onRead();
      return { arrivals: ids.map(arrival), next: ids.length < limit ? null : `${ids.at(-1)}` };
    },
  };
  const hub = new QueueHub(store);
  const declared = new AdapterRegistry().declare(Some, 'my_addon');
  const signal = new StopSignal();
  const listen = (most: number) => hub.listen(declared, [most], { signal, hold: () => undefined });
  return { hub, listen, signal, claimed };
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
