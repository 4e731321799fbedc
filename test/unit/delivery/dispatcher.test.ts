import { expect, it } from 'vitest';
import { AbstractAdapter, CONTROL_CHANNEL } from '../../../sidecar/src/api/adapter.ts';
import { AdapterRegistry, type DeclaredAdapter } from '../../../sidecar/src/api/adapter-registry.ts';
import type { Message } from '../../../sidecar/src/api/message.ts';
import { ChannelModes } from '../../../sidecar/src/delivery/channel-modes.ts';
import { Dispatcher } from '../../../sidecar/src/delivery/dispatcher.ts';
import type { Cursor } from '../../../sidecar/src/delivery/each/cursor.ts';
import type { UnacknowledgedBatch } from '../../../sidecar/src/delivery/listening/unacknowledged-batch.ts';
import { QueueHub } from '../../../sidecar/src/delivery/queue/queue-hub.ts';
import { StopSignal } from '../../../sidecar/src/lib/stop-signal.ts';
import { NumberedSource } from './numbered-source.ts';

class News extends AbstractAdapter {
  static override readonly channel: string = 'news';
  static override readonly mode = 'each';

  override format(message: Message): unknown {
    return message.values['text'];
  }
}

class Bus extends News {
  static override readonly channel = 'bus';
}

class Tasks extends AbstractAdapter {
  static override readonly channel = 'tasks';

  override format(message: Message): unknown {
    return message.values['text'];
  }
}

function open() {
  const adapters = new AdapterRegistry();
  const [news, bus, tasks] = [News, Bus, Tasks].map((adapter) => adapters.declare(adapter, 'my_addon'));
  if (news === undefined || bus === undefined || tasks === undefined) throw new Error('Three were declared.');
  const told: string[] = [];
  const queues = new QueueHub(
    {
      fresh: true,
      claim: async (ids) => new Set(ids),
      acknowledge: async (ids) => new Set(ids),
      requeue: async () => undefined,
      stillWaiting: async (ids) => new Set(ids),
      waiting: async () => ({ arrivals: [], next: null }),
    },
    { failed: () => undefined, worked: () => undefined },
  );
  const dispatcher = new Dispatcher({
    modes: new ChannelModes({ adapters }, () => true),
    queues,
    control: ({ kind }) => told.push(`control ${kind}`),
    unheard: (arrivals) => told.push(`unheard ${arrivals.map(({ message }) => message.channel)}`),
    restarted: () => told.push('restarted'),
  });
  const first = dispatcher.add((events) => new NumberedSource('first', null, events));
  const signal = new StopSignal();
  const held: UnacknowledgedBatch[] = [];
  const consumer = {
    ...{ signal, most: 64 * 1024, hold: (batch: UnacknowledgedBatch) => void held.push(batch) },
    ...{ behind: () => undefined, failed: () => undefined, passedOver: () => undefined },
  };
  const listen = (cursor: Cursor) => dispatcher.listen(cursor, [], consumer);
  const take = () => dispatcher.take(tasks, [], consumer);
  const read = (declared: DeclaredAdapter) => dispatcher.open(declared, declared.key, dispatcher.head);
  return { dispatcher, first, told, held, news, bus, listen, take, read };
}

it('gives a message to each that listens, one of a queue to one consumer, and control messages to the sidecar', async () => {
  const { dispatcher, first, told, news, listen, take, read } = open();
  dispatcher.start();
  const each = [listen(read(news)), listen(read(news))];
  const tasks = [take(), take()];
  first.send('news', { text: 'one' });
  first.send('tasks', { text: 'two' });
  first.send(CONTROL_CHANNEL, { type: 'schema_changed' }, { text: 'not a control message' });
  first.send('unknown', { text: 'four' });
  expect(await Promise.all(each)).toEqual([['one'], ['one']]);
  expect(await Promise.race(tasks)).toEqual(['two']);
  expect(told).toEqual(['control schema_changed', 'unheard unknown']);
});

it('a source beside the first needs a class and one call: its messages, what pages missed of them, and its epoch', async () => {
  const { dispatcher, first, told, held, news, bus, listen, read } = open();
  const second = dispatcher.add((events) => new NumberedSource('second', ['bus'], events));
  dispatcher.start();
  const cursors = [read(news), read(bus)] as const;
  const both = cursors.map((cursor) => listen(cursor));
  second.send('bus', { text: 'of the second' });
  first.send('news', { text: 'of the first' });
  expect(await Promise.all(both)).toEqual([['of the first'], ['of the second']]);
  for (const batch of held) batch.acknowledge();
  const position = cursors[1].position(dispatcher.epochOf('bus'));
  expect(position).toEqual({ epoch: 'second', snapshot: '2:2:', ids: [] });
  expect(['first', 'second', 'third'].map((epoch) => dispatcher.knows(epoch))).toEqual([true, true, false]);
  second.send('bus', { text: 'missed' });
  if (position === null) throw new Error('The cursor has no position.');
  const result = await dispatcher.replay('bus', position);
  if (!('replay' in result)) throw new Error(`It cannot be replayed: ${result.gap}`);
  const back = dispatcher.open(bus, bus.key, result.head, result.replay);
  expect(await listen(back)).toEqual(['missed']);
  expect(await dispatcher.replay('news', position)).toEqual({ gap: 'epoch' });
  second.replace('third');
  expect(told).toEqual(['restarted']);
  expect(await dispatcher.replay('bus', position)).toEqual({ gap: 'epoch' });
});

it('asks the source for what a page missed before this sidecar began to read', async () => {
  const { dispatcher, first, news, listen } = open();
  dispatcher.start();
  first.send('news', { text: 'read by another sidecar' }, { text: 'and this' });
  // As after a restart: the log begins here.
  dispatcher.start();
  expect(first.asked).toBe(0);
  const result = await dispatcher.replay('news', { epoch: 'first', snapshot: '2:2:', ids: [] });
  expect(first.asked).toBe(1);
  if (!('replay' in result)) throw new Error(`It cannot be replayed: ${result.gap}`);
  expect(await listen(dispatcher.open(news, news.key, result.head, result.replay))).toEqual(['and this']);
});
