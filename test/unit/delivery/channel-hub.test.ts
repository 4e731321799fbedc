import { expect, it } from 'vitest';
import { AbstractAdapter } from '../../../sidecar/src/api/adapter.ts';
import type { Message } from '../../../sidecar/src/api/message.ts';
import { ChannelHub } from '../../../sidecar/src/delivery/channel-hub.ts';
import { Cursor } from '../../../sidecar/src/delivery/cursor.ts';
import { MessageLog } from '../../../sidecar/src/delivery/message-log.ts';

let lastId = 0;

function arrival(channel: string, text: string) {
  lastId += 1;
  const message: Message = {
    id: `${lastId}`,
    channel,
    uid: null,
    date: '2013-09-08 12:35:19',
    values: { text },
  };
  return { message, size: text.length };
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

function open(adapter: typeof All, hub = new ChannelHub()) {
  const cursor = new Cursor(adapter, hub.log, hub.log.head);
  const abort = new AbortController();
  let behind = 0;
  const listen = async (...args: unknown[]) =>
    await hub.listen(cursor, args, abort.signal, () => {
      behind += 1;
    });
  return { hub, cursor, abort, listen, behind: () => behind };
}

it('gives what arrives to those who wait, and keeps it for those who listen again later', async () => {
  const { hub, listen } = open(All);
  const first = listen();
  hub.publish([arrival('mine', 'one'), arrival('other', 'not this'), arrival('mine', 'two')]);
  hub.publish([arrival('mine', 'three')]);
  expect((await first).formatted).toEqual(['one', 'two']);
  expect((await listen()).formatted).toEqual(['three']);
});

it('passes over what the adapter does not take, for good', async () => {
  const { hub, listen } = open(Chosen);
  const first = listen('b');
  hub.publish([arrival('mine', 'a1')]);
  hub.publish([arrival('mine', 'b1')]);
  expect((await first).formatted).toEqual(['b1']);
  hub.publish([arrival('mine', 'b2')]);
  expect((await listen('')).formatted).toEqual(['b2']);
});

it('offers what was put back before what is new, in the old order', async () => {
  const { hub, cursor, listen } = open(All);
  hub.publish([arrival('mine', 'one'), arrival('mine', 'two')]);
  const taken = await listen();
  hub.publish([arrival('mine', 'three')]);
  expect(cursor.putBack(taken.batch)).toEqual([]);
  expect((await listen()).formatted).toEqual(['one', 'two', 'three']);
});

it('passes a message over after five failures, and forgets the failures of one that was confirmed', async () => {
  const { hub, cursor, listen } = open(All);
  hub.publish([arrival('mine', 'bad')]);
  const passed: number[] = [];
  for (let failure = 1; failure <= 5; failure += 1)
    passed.push(cursor.putBack((await listen()).batch).length);
  expect(passed).toEqual([0, 0, 0, 0, 1]);
  hub.publish([arrival('mine', 'good')]);
  for (let turn = 0; turn < 6; turn += 1) {
    const { batch, formatted } = await listen();
    expect(formatted).toEqual(['good']);
    expect(cursor.putBack(batch)).toEqual([]);
    cursor.confirm((await listen()).batch);
    hub.publish([arrival('mine', 'good')]);
  }
});

it('tells a reader that fell behind what is kept, once, and goes on with what is new', async () => {
  const log = new MessageLog({ messages: 10, characters: 1_000 });
  const { hub, listen, behind } = open(All, new ChannelHub(log));
  hub.publish(Array.from({ length: 30 }, (_, index) => arrival('mine', `${index}`)));
  const waits = listen();
  hub.publish([arrival('mine', 'new')]);
  expect((await waits).formatted).toEqual(['new']);
  expect(behind()).toBe(1);
});

it('keeps a message of any size for those who wait for it, and drops older ones to make room', async () => {
  const log = new MessageLog({ messages: 10, characters: 100 });
  const { hub, listen, behind } = open(All, new ChannelHub(log));
  hub.publish([arrival('mine', 'x'.repeat(500))]);
  expect((await listen()).formatted).toEqual(['x'.repeat(500)]);
  expect(behind()).toBe(0);
});

it('ends a wait when its socket goes, and gives the message to the next', async () => {
  const { hub, abort, listen } = open(All);
  const waits = listen();
  abort.abort();
  await expect(waits).rejects.toMatchObject({ name: 'AbortError' });
  await expect(listen()).rejects.toMatchObject({ name: 'AbortError' });
  hub.publish([arrival('mine', 'one')]);
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
    const { hub, listen } = open(adapter);
    const waits = listen();
    hub.publish([arrival('mine', 'one')]);
    await expect(waits).rejects.toThrow(message);
  }
});
