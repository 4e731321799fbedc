import { expect, it } from 'vitest';
import { SidecarError } from '../../../sidecar/src/api/sidecar-error.ts';
import { DatabaseCounts } from '../../../sidecar/src/observability/counts/database-counts.ts';
import type { ModelCaller } from '../../../sidecar/src/odoo/calls/model-caller.ts';
import { DatabaseCalls, type DatabaseCallsOptions } from '../../../sidecar/src/odoo/database-calls.ts';

const CALL = {
  ...{ token: 'secret', leaving: false, origin: null, uid: 7 },
  ...{ model: 'res.users', method: 'read', args: [], kwargs: {}, context: {} },
};

/** @param call what Odoo answers to each call */
function open(call: ModelCaller['call']) {
  const counts = new DatabaseCounts('mydb');
  const unused = () => {
    throw new Error('Nobody asks for that.');
  };
  const options: Omit<DatabaseCallsOptions, 'exchange' | 'check' | 'bus'> = {
    ...{ db: 'mydb', counts, maxCursor: 2, refused: unused },
    caller: { call, stop: () => undefined },
    sidecar: { id: '', register: unused },
  };
  const make = (given: object): DatabaseCalls => Reflect.construct(DatabaseCalls, [given]);
  return { counts, calls: make(options) };
}

it('counts model calls, how many run and wait, and how long they took and waited', async () => {
  const answers: (() => void)[] = [];
  const { counts, calls } = open(() => new Promise((resolve) => answers.push(() => resolve(42))));
  const asked = Array.from({ length: 5 }, () => calls.call(CALL));
  await expect.poll(() => calls.load).toEqual({ running: 2, waiting: 3 });
  while (counts.calls.durations.count < 5) {
    answers.shift()?.();
    await Promise.resolve();
  }
  expect(await Promise.all(asked)).toEqual([42, 42, 42, 42, 42]);
  expect(calls.load).toEqual({ running: 0, waiting: 0 });
  expect(counts.totals.get('model_call')).toBe(5);
  expect(counts.calls.waits.count).toBe(5);
  expect(counts.calls.errors.total).toBe(0);
});

it('counts what failed by its code, what was not sent among it, and what has no code as another one', async () => {
  const errors = [new SidecarError('odoo_timeout', 'Odoo takes long.'), new Error('a bug')];
  const { counts, calls } = open(() => Promise.reject(errors.shift()));
  await expect(calls.call(CALL)).rejects.toThrow('Odoo takes long.');
  await expect(calls.call(CALL)).rejects.toThrow('a bug');
  calls.stop();
  await expect(calls.call(CALL)).rejects.toThrow('the sidecar is stopped');
  expect([...counts.calls.errors]).toEqual([
    ['odoo_timeout', 1],
    ['other', 1],
    ['odoo_busy', 1],
  ]);
  expect(counts.calls.durations.count).toBe(2);
});
