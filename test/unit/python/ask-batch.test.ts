import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Message } from '../../../sidecar/src/api/message.ts';
import { AskBatch } from '../../../sidecar/src/python/ask-batch.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const message = (id: string): Message => ({ id, channel: 'c', uid: null, date: '', values: {} });
const [ONE, TWO] = [message('1'), message('2')];

function start() {
  const sent: unknown[] = [];
  const batch = new AskBatch((frame, messages = []) => {
    sent.push([...JSON.parse(frame), messages.map(({ id }) => id)]);
  });
  return { batch, sent };
}

it('asks once for all that are offered something in one turn, in groups of those that are offered the same', async () => {
  const { batch, sent } = start();
  const chosen = [
    batch.ask('a.A', 1, [ONE, TWO]),
    batch.ask('a.A', 2, [ONE, TWO]),
    batch.ask('a.A', 3, [TWO]),
    batch.ask('a.B', 4, [ONE]),
  ];
  await Promise.resolve();
  expect(sent).toEqual([
    [
      'ask',
      1,
      'a.A',
      [
        [
          ['1', '2'],
          [1, 2],
        ],
        [['2'], [3]],
      ],
      ['1', '2', '2'],
    ],
    ['ask', 2, 'a.B', [[['1'], [4]]], ['1']],
  ]);
  batch.selected(['selected', 2, {}, {}]);
  batch.selected(['selected', 1, { 2: ['2', '1'], 3: ['2'] }, {}]);
  expect(await Promise.all(chosen)).toEqual([[], [ONE, TWO], [TWO], []]);
});

it('asks anew for a listener that is offered two things in one turn, since the answer names it only once', async () => {
  const { batch, sent } = start();
  const chosen = [batch.ask('a.A', 1, [ONE]), batch.ask('a.A', 1, [TWO])];
  await Promise.resolve();
  expect(sent).toHaveLength(2);
  batch.selected(['selected', 1, { 1: ['1'] }, {}]);
  batch.selected(['selected', 2, {}, { 1: { name: 'KeyError', message: "'to'" } }]);
  expect(await chosen[0]).toEqual([ONE]);
  await expect(chosen[1]).rejects.toMatchObject({ message: "KeyError: 'to'" });
});

it.each([[['3']], ['1'], [[7]], [null], [{ 1: 1 }]])('refuses the choice %j', async (ids) => {
  const { batch } = start();
  const chosen = batch.ask('a.A', 1, [ONE]);
  await Promise.resolve();
  batch.selected(['selected', 1, { 1: ids }, {}]);
  await expect(chosen).rejects.toMatchObject({ code: 'adapter_choice' });
});

it('waits no longer than 30 s, and takes no answer after that', async () => {
  const { batch } = start();
  const chosen = batch.ask('a.A', 1, [ONE]);
  const failed = expect(chosen).rejects.toMatchObject({
    ...{ code: 'adapter_choice', retry: false },
    message: expect.stringContaining('a.A.get has not answered for 30 s'),
  });
  await vi.advanceTimersByTimeAsync(30_000);
  await failed;
  batch.selected(['selected', 1, { 1: ['1'] }, {}]);
});

it('fails what waits when the worker has gone, and what is asked later', async () => {
  const { batch, sent } = start();
  const gone = new Error('gone');
  const first = batch.ask('a.A', 1, [ONE]);
  await Promise.resolve();
  const second = batch.ask('a.A', 2, [ONE]);
  batch.fail(gone);
  for (const asked of [first, second, batch.ask('a.A', 3, [ONE])]) await expect(asked).rejects.toBe(gone);
  await Promise.resolve();
  expect(sent).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});

it('groups a thousand listeners that are offered something else each, without comparing them all', async () => {
  const { batch, sent } = start();
  let looks = 0;
  const offers = Array.from(
    { length: 1_000 },
    (_, index) =>
      new Proxy([message(`${index}`)], {
        get: (offer, name) => {
          looks += 1;
          return Reflect.get(offer, name);
        },
      }),
  );
  for (const [index, offer] of offers.entries()) void batch.ask('a.A', index, offer);
  await Promise.resolve();
  expect(sent).toMatchObject([['ask', 1, 'a.A', { length: 1_000 }, { length: 1_000 }]]);
  expect(looks).toBeLessThan(1_000 * 100);
});
