import { expect, it, vi } from 'vitest';
import { CallQueue } from '../../../sidecar/src/odoo/calls/call-queue.ts';

/** A queue over an OpenERP that answers when it is told to. */
function open(limits: Partial<{ running: number; waiting: number; waitMs: number }> = {}) {
  const sent: string[] = [];
  const answers: ((failed?: Error) => void)[] = [];
  const queue = new CallQueue({ running: 2, waiting: 10, waitMs: 30_000, ...limits });
  const call = (uid: number, method: string) =>
    queue.run(
      uid,
      `res.users.${method}`,
      () =>
        new Promise<string>((resolve, reject) => {
          sent.push(method);
          answers.push((failed) => (failed ? reject(failed) : resolve(`${method} done`)));
        }),
    );
  const answer = async (failed?: Error) => {
    answers.shift()?.(failed);
    await new Promise(setImmediate);
  };
  return { call, sent, answer, stop: () => queue.stop() };
}

it('sends so many calls at a time, and the next when one has ended, well or badly', async () => {
  const { call, sent, answer } = open();
  const [first, second, third] = [call(1, 'a'), call(1, 'b'), call(1, 'c')];
  expect(sent).toEqual(['a', 'b']);
  const failed = expect(first).rejects.toThrow('no');
  await answer(new Error('no'));
  await failed;
  expect(sent).toEqual(['a', 'b', 'c']);
  await answer();
  await answer();
  expect(await Promise.all([second, third])).toEqual(['b done', 'c done']);
  const last = call(1, 'd');
  expect(sent).toEqual(['a', 'b', 'c', 'd']);
  await answer();
  await last;
});

it('gives each user a turn, however many calls one of them makes', async () => {
  const { call, sent, answer } = open({ running: 1 });
  const calls = ['a1', 'a2', 'a3', 'a4'].map((method) => call(1, method));
  calls.push(call(2, 'b1'), call(3, 'c1'), call(2, 'b2'));
  for (const _ of calls) await answer();
  await Promise.all(calls);
  expect(sent).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
});

it('refuses a call for which there is no room, and says that it was not sent', async () => {
  const { call, sent, answer } = open({ running: 1, waiting: 1 });
  const calls = [call(1, 'a'), call(1, 'b')];
  await expect(call(2, 'c')).rejects.toMatchObject({
    code: 'odoo_busy',
    retry: true,
    message: expect.stringContaining('res.users.c: 1 calls wait already. It was not sent.'),
  });
  await answer();
  await answer();
  await Promise.all(calls);
  expect(sent).toEqual(['a', 'b']);
});

it('lets a call wait its bounded time, and no longer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const { call, sent, answer } = open({ running: 1 });
    const first = call(1, 'a');
    const waits = expect(call(2, 'b')).rejects.toMatchObject({
      code: 'odoo_busy',
      message: expect.stringContaining('res.users.b waited 30000 ms for its turn'),
    });
    vi.advanceTimersByTime(30_000);
    await waits;
    await answer();
    await first;
    expect(sent).toEqual(['a']);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

it('refuses what waits when it is stopped, and what comes later; what runs goes on', async () => {
  const { call, sent, answer, stop } = open({ running: 1 });
  const first = call(1, 'a');
  const refused = [call(1, 'b'), call(2, 'c')].map((waits) =>
    expect(waits).rejects.toMatchObject({
      code: 'odoo_busy',
      message: expect.stringMatching(/res\.users\.[bc] waited for its turn when the sidecar was stopped/),
    }),
  );
  stop();
  stop();
  await Promise.all(refused);
  await expect(call(1, 'd')).rejects.toMatchObject({ code: 'odoo_busy' });
  await answer();
  expect(await first).toBe('a done');
  expect(sent).toEqual(['a']);
});
