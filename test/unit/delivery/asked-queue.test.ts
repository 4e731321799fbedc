import { expect, it } from 'vitest';
import { SidecarError } from '../../../sidecar/src/api/sidecar-error.ts';
import type { Arrival } from '../../../sidecar/src/delivery/arrival.ts';
import type { UnacknowledgedBatch } from '../../../sidecar/src/delivery/listening/unacknowledged-batch.ts';
import { QueueHub } from '../../../sidecar/src/delivery/queue/queue-hub.ts';
import { StopSignal } from '../../../sidecar/src/lib/stop-signal.ts';
import { lateAdapter, numbers, type Question, settled } from './late-adapter.ts';

function arrival(id: number): Arrival {
  return {
    message: { id: `${id}`, channel: 'work', uid: null, date: '', values: { to: id % 2 } },
    ...{ txid: `${id}`, size: 1 },
  };
}

/** A hub over a database of which others take some messages first. */
function open(waiting: number[] = [], elsewhere: number[] = [], key: string | null = null) {
  const { declared, questions } = lateAdapter('work', 'queue', key);
  const gone = new Set<number>();
  const reads: string[] = [];
  const requeued: [readonly string[], boolean][] = [];
  const hub = new QueueHub(
    {
      fresh: true,
      claim: async (ids) => {
        const free = ids.map(Number).filter((id) => !gone.has(id) && !elsewhere.includes(id));
        for (const id of ids) gone.add(Number(id));
        return new Set(free.map(String));
      },
      acknowledge: async (ids) => new Set(ids),
      requeue: async (ids, failed) => void requeued.push([ids, failed]),
      stillWaiting: async (ids) => new Set(ids.filter((id) => !gone.has(Number(id)))),
      waiting: async (_channel, after, limit) => {
        reads.push(after);
        const ids = waiting.filter((id) => id > Number(after) && !gone.has(id)).slice(0, limit);
        await settled();
        return { arrivals: ids.map(arrival), next: ids.length < limit ? null : `${ids.at(-1)}` };
      },
    },
    { failed: () => undefined, worked: () => undefined },
  );
  const listen = (args: readonly unknown[] = [], signal = new StopSignal()) => {
    const held: UnacknowledgedBatch[] = [];
    const got = hub.listen(declared, args, {
      signal,
      most: 64 * 1024,
      hold: (batch) => void held.push(batch),
    });
    got.catch(() => undefined);
    return { got, held, signal };
  };
  const arrive = (...ids: number[]) => {
    waiting = [...waiting, ...ids].toSorted((one, other) => one - other);
    hub.publish(ids.map(arrival));
  };
  const asked = async (count: number) => {
    await expect.poll(() => questions.length).toBe(count);
    return questions[count - 1];
  };
  return { hub, questions, listen, arrive, reads, requeued, gone, asked };
}

/** Null: the test answers. */
type Choose = (ids: readonly string[]) => string[] | null;

/** Answers whatever is asked from now on, in the next turn of the loop, or as many turns later as is the first argument. */
function answer(questions: Question[], choose: Choose) {
  const asked = (all: readonly Question[]) => {
    for (const { ids, args, take } of all) {
      let turns = Number(args[0] ?? 1);
      const turn = () => {
        turns -= 1;
        if (turns > 0) setImmediate(turn);
        else {
          const chosen = choose(ids);
          if (chosen !== null) take(...chosen);
        }
      };
      setImmediate(turn);
    }
  };
  asked(questions);
  questions.push = (...more) => {
    asked(more);
    return Array.prototype.push.apply(questions, more);
  };
}

/** Waits until everything up to the end has been looked through, and nobody is asked any more. */
async function looked({ questions, reads }: Pick<ReturnType<typeof open>, 'questions' | 'reads'>) {
  let before = 0;
  await expect
    .poll(() => {
      const isSame = before === questions.length && reads.includes('12000');
      before = questions.length;
      return isSame;
    })
    .toBe(true);
}

it('asks with the very arguments of listen, and gives what the adapter took when it answers', async () => {
  const { questions, listen, asked } = open([1, 2, 3]);
  const args = [7];
  const { got, held } = listen(args);
  (await asked(1))?.take('2');
  expect(await got).toEqual(['2']);
  expect(questions[0]?.args).toBe(args);
  expect(held.map(({ ids }) => ids)).toEqual([['2']]);
});

it('offers nothing else while it asks, and what arrived meanwhile after that', async () => {
  const { questions, listen, arrive, asked } = open([1]);
  const { got } = listen();
  await asked(1);
  arrive(2);
  arrive(3);
  await settled();
  expect(questions.length).toBe(1);
  questions[0]?.take();
  const second = await asked(2);
  expect(second?.ids).toEqual(['2', '3']);
  second?.take('2', '3');
  expect(await got).toEqual(['2', '3']);
});

it('gives a message that two want to one of them, and the other what is left', async () => {
  const { questions, listen, asked } = open([1, 2]);
  const [one, other] = [listen(), listen()];
  await asked(2);
  questions[1]?.take('1');
  questions[0]?.take('1');
  expect(await other.got).toEqual(['1']);
  const third = await asked(3);
  expect(third?.ids).toEqual(['2']);
  third?.take('2');
  expect(await one.got).toEqual(['2']);
});

it('gives the part of what it wants that nobody has taken meanwhile', async () => {
  const { questions, listen, asked } = open([1, 2]);
  const [one, other] = [listen(), listen()];
  await asked(2);
  questions[1]?.take('1');
  questions[0]?.take('1', '2');
  expect(await other.got).toEqual(['1']);
  expect(await one.got).toEqual(['2']);
});

it('blocks no message and nobody when one is never answered, or ends meanwhile', async () => {
  const { questions, listen, asked } = open([1]);
  const [silent, other] = [listen(), listen()];
  await asked(2);
  questions[1]?.take('1');
  expect(await other.got).toEqual(['1']);
  silent.signal.stop();
  await expect(silent.got).rejects.toMatchObject({ name: 'AbortError' });
  questions[0]?.take('1');
  await settled();
  expect(silent.held).toEqual([]);
});

it('offers what an ended listener was asked about to the next', async () => {
  const { questions, listen, asked, gone } = open([1]);
  const first = listen();
  await asked(1);
  first.signal.stop();
  questions[0]?.take('1');
  await settled();
  expect([...gone]).toEqual([]);
  const second = listen();
  (await asked(2))?.take('1');
  expect(await second.got).toEqual(['1']);
});

it.each([
  ['after', 1, [1]],
  ['before', 1, [1]],
  ['after', 12_001, numbers(1, 12_001)],
  ['before', 12_001, numbers(1, 12_001)],
])(
  'offers it to the others once more, who may not have been shown it: they answer %s its end, message %i',
  async (when, id, waiting) => {
    const { questions, listen } = open(waiting);
    const found = () => questions.filter(({ ids }) => ids.includes(`${id}`));
    const [one, other] = [listen(), listen()];
    answer(questions, (ids) => (ids.includes(`${id}`) ? null : []));
    await expect.poll(() => found().length).toBe(2);
    if (when === 'before') found()[1]?.take();
    await settled();
    one.signal.stop();
    if (when === 'after') found()[1]?.take();
    await expect.poll(() => (found().length > 2 ? found().at(-1) : undefined)).toBeDefined();
    found().at(-1)?.take(`${id}`);
    expect(await other.got).toEqual([`${id}`]);
  },
);

it('asks anew when the queue is read anew meanwhile, and claims nothing of before', async () => {
  const { hub, questions, listen, asked, gone } = open([1, 2]);
  const { got } = listen();
  await asked(1);
  hub.reload();
  questions[0]?.take('1');
  const second = await asked(2);
  expect([...gone]).toEqual([]);
  second?.take('1', '2');
  expect(await got).toEqual(['1', '2']);
});

it('asks again what it left for later when somebody elsewhere was quicker', async () => {
  const { questions, listen } = open(numbers(1, 30), numbers(1, 20));
  const { got } = listen();
  answer(questions, (ids) => ids.slice(0, 20));
  expect(await got).toEqual(numbers(21, 30).map(String));
});

it('asks about each alone when it fails, in one turn, and counts an attempt of the culprit only', async () => {
  const { questions, listen, asked, requeued } = open([1, 2, 3]);
  const { got } = listen();
  (await asked(1))?.fail(new Error('no'));
  await asked(4);
  expect(questions.slice(1).map(({ ids }) => ids)).toEqual([['1'], ['2'], ['3']]);
  questions[1]?.take();
  questions[2]?.fail(new Error('no'));
  questions[3]?.take('3');
  await expect(got).rejects.toThrow('no');
  expect(requeued).toEqual([[['2'], true]]);
});

it('counts nothing when the adapter cannot be asked, also when its culprit is looked for', async () => {
  const { questions, listen, asked, requeued, gone } = open([1, 2]);
  const away = new SidecarError('odoo_unreachable', 'away', { retry: true });
  const first = listen();
  (await asked(1))?.fail(away);
  await expect(first.got).rejects.toBe(away);
  const second = listen();
  (await asked(2))?.fail(new Error('no'));
  await asked(4);
  questions[2]?.fail(new Error('no'));
  questions[3]?.fail(away);
  await expect(second.got).rejects.toBe(away);
  expect([requeued, [...gone]]).toEqual([[], []]);
});

it('refuses an answer that is none, as what get returns', async () => {
  const { listen, asked, requeued } = open([1]);
  const { got } = listen();
  (await asked(1))?.answer([{}]);
  await expect(got).rejects.toMatchObject({ code: 'adapter_choice' });
  expect(requeued).toEqual([[['1'], true]]);
});

it('asks about what has the key only', async () => {
  const { questions, listen, asked } = open(numbers(1, 10), [], 'to');
  const { got } = listen([0]);
  const question = await asked(1);
  expect(question?.ids).toEqual(['2', '4', '6', '8', '10']);
  question?.take('4');
  expect(await got).toEqual(['4']);
  expect(questions.length).toBe(1);
});

it('leads a hundred listeners together past what is for people who are away', async () => {
  const { questions, listen, reads } = open(numbers(1, 12_100));
  answer(questions, (ids) => ids.filter((id) => Number(id) > 12_000).slice(0, 1));
  const got = Array.from({ length: 100 }, () => listen().got);
  const ids = (await Promise.all(got)).flat().map(Number);
  expect(ids.toSorted((one, other) => one - other)).toEqual(numbers(12_001, 12_100));
  expect(reads.length).toBeLessThan(60);
});

it('gives what arrives behind a full window to those who have looked through everything, and reads nothing for it', async () => {
  const { questions, listen, arrive, reads } = open(numbers(1, 12_000));
  answer(questions, (ids) => ids.filter((id) => Number(id) > 12_000).slice(0, 1));
  const got = Array.from({ length: 20 }, () => listen().got);
  await looked({ questions, reads });
  const before = reads.length;
  for (const id of numbers(12_001, 12_020)) arrive(id);
  const ids = (await Promise.all(got)).flat().map(Number);
  expect(ids.toSorted((one, other) => one - other)).toEqual(numbers(12_001, 12_020));
  expect(reads.length).toBe(before);
});

it('reads no more behind a full window when all have looked through everything', async () => {
  const { questions, listen, reads } = open(numbers(1, 12_000));
  answer(questions, () => []);
  for (let count = 0; count < 10; count += 1) listen();
  await looked({ questions, reads });
  // Ten parts fill the window, three lie behind it: who joined a round that had begun is led round once more.
  expect(reads.length).toBeLessThan(20);
});

it('leads two groups past what is for others, of which one takes longer to answer', async () => {
  const { questions, listen, reads } = open(numbers(1, 15_000));
  answer(questions, () => []);
  for (let count = 0; count < 10; count += 1) listen([1 + (count % 2) * 7]);
  await looked({ questions, reads });
  expect(reads.length).toBeLessThan(30);
});
