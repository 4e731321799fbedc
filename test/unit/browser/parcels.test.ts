import { expect, it } from 'vitest';
import type { ParcelMessages } from '../../../addon/web_socketio/src/messages/parcel.ts';
import { splitParcel } from '../../../addon/web_socketio/src/messages/parcel.ts';
import { Parcels } from '../../../addon/web_socketio/src/messages/parcels.ts';
import type { Answer } from '../../../sidecar/protocol/answer.ts';

const FAILED: Answer = { ok: false, code: 'handler_failed', message: 'no paper' };

function messages(ids: string[], key = 'e /n a.News'): ParcelMessages {
  return { key, ids };
}

/** A page's handler, which ends when the test says so. */
function makeHandler() {
  const ends: ((answer: Answer) => void)[] = [];
  const handle = () => new Promise<Answer>((resolve) => ends.push(resolve));
  const end = (call: number, answer: Answer) => ends[call]?.(answer);
  return { handle, end, calls: () => ends.length };
}

const never = () => Promise.reject(new Error('A handler was called.'));

it('A second copy waits for the handler of the first, and gets its outcome', async () => {
  const parcels = new Parcels();
  const { handle, end, calls } = makeHandler();
  const first = parcels.take(messages(['1', '2']), handle);
  const second = parcels.take(messages(['1', '2']), handle);
  end(0, { ok: true });
  expect(await Promise.all([first, second])).toEqual([{ ok: true }, { ok: true }]);
  expect(await parcels.take(messages(['2']), handle)).toEqual({ ok: true });
  expect(calls()).toBe(1);
});

it('A failure is told to the second copy, and the third calls the handler', async () => {
  const parcels = new Parcels();
  const { handle, end, calls } = makeHandler();
  const first = parcels.take(messages(['1']), handle);
  const second = parcels.take(messages(['1']), handle);
  end(0, FAILED);
  expect(await Promise.all([first, second])).toEqual([FAILED, FAILED]);
  const third = parcels.take(messages(['1']), handle);
  end(1, { ok: true });
  expect(await third).toEqual({ ok: true });
  expect(calls()).toBe(2);
});

it('Of a copy that has new messages, too, only those are told that are done, once they are', async () => {
  const parcels = new Parcels();
  const { handle, end } = makeHandler();
  const first = parcels.take(messages(['1', '2']), handle);
  let answer: Answer | undefined;
  const second = parcels.take(messages(['2', '3']), never).then((given) => {
    answer = given;
  });
  const other = parcels.take(messages(['9']), async () => ({ ok: true }));
  await other;
  expect(answer).toBeUndefined();
  end(0, { ok: true });
  await Promise.all([first, second]);
  expect(answer).toEqual({ ok: false, code: 'partly_done', done: ['2'] });
});

it('If those have failed, the copy is another attempt with all that is in it', async () => {
  const parcels = new Parcels();
  const { handle, end, calls } = makeHandler();
  const first = parcels.take(messages(['1']), handle);
  const second = parcels.take(messages(['1', '2']), handle);
  end(0, FAILED);
  await first;
  await expect.poll(calls).toBe(2);
  end(1, { ok: true });
  expect(await second).toEqual({ ok: true });
});

it('The same message for something else is another one: by another adapter, or of a restored database', async () => {
  const parcels = new Parcels();
  let calls = 0;
  const handle = async (): Promise<Answer> => {
    calls += 1;
    return { ok: true };
  };
  for (const key of ['e /n a.News', 'e /n a.News[7]', 'e /m a.News', 'f /n a.News']) {
    expect(await parcels.take(messages(['1'], key), handle)).toEqual({ ok: true });
  }
  expect(calls).toBe(4);
});

it('An event without messages is handled each time', async () => {
  const parcels = new Parcels();
  const { handle, calls } = makeHandler();
  void parcels.take(undefined, handle);
  void parcels.take(undefined, handle);
  expect(calls()).toBe(2);
});

it('What was done last is remembered, and not more than 10,000', async () => {
  const parcels = new Parcels();
  const done = async (): Promise<Answer> => ({ ok: true });
  const ids = Array.from({ length: 10_001 }, (_, index) => `${index}`);
  for (const id of ids) await parcels.take(messages([id]), done);
  expect(await parcels.take(messages(['1']), never)).toEqual({ ok: true });
  expect(await parcels.take(messages(['10000']), never)).toEqual({ ok: true });
  await expect(parcels.take(messages(['0']), never)).rejects.toThrow('A handler was called.');
});

it('A parcel is taken off the arguments, and nothing that only resembles one', () => {
  const position = { epoch: 'e', at: '1:1:', rank: 'a1', ids: [] };
  expect(
    splitParcel(['text', { $parcel: { key: 'k', epoch: 'e', ids: ['1'] }, $position: { k: position } }]),
  ).toEqual({ args: ['text'], messages: { key: 'e k', ids: ['1'] }, positions: { k: position } });
  expect(splitParcel([{ $position: { k: position } }])).toEqual({
    args: [],
    messages: undefined,
    positions: { k: position },
  });
  for (const last of [{}, { $parcel: {}, price: 3 }, ['$parcel'], null, 'text']) {
    expect(splitParcel(['text', last]).args).toEqual(['text', last]);
  }
});
