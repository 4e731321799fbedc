import { expect, test } from 'vitest';
import { type Load, NotCarried, type Reading } from '../../bench/limits/load.ts';
import { climb, extrapolate, findFull, type Step } from '../../bench/limits/ramp.ts';

const EASY: Reading = {
  ...{
    loop: 0.1,
    sidecar: 0.2,
    postgres: 0.1,
    machine: 0.3,
    p50: 2,
    p99: 5,
    megabytes: 90,
    spare: 8_000,
    committed: 1,
  },
};
const toLoad = (rate: number): Load => ({
  ...{ pages: 1, events: () => [], rate, message: () => ({ channel: 'limit_one', page: 0 }) },
});
const measured = (loops: readonly number[]): Step[] =>
  loops.map((loop, index) => ({
    value: 100 * 2 ** index,
    reading: { ...EASY, loop },
    full: loop < 0.95 ? null : 'core',
  }));

test('a ramp doubles until something is full, and says what', async () => {
  const tried: number[] = [];
  const measure = async ({ rate }: Load) => {
    tried.push(rate);
    return { ...EASY, loop: rate / 1_000 };
  };
  const steps = await climb({ name: 'x', first: 300, last: 9_000, load: toLoad }, measure, () => undefined);
  expect(tried).toEqual([300, 600, 1_200]);
  expect(steps.map(({ full }) => full)).toEqual([null, null, "the sidecar's core"]);
});

test('a ramp ends with the most that is to be tried', async () => {
  const measure = async () => EASY;
  const steps = await climb({ name: 'x', first: 4, last: 10, load: toLoad }, measure, () => undefined);
  expect(steps.map(({ value, full }) => [value, full])).toEqual([
    [4, null],
    [8, null],
    [10, null],
  ]);
});

test('a ramp ends where pages do not get in, and a failure of another kind ends the run', async () => {
  const ramp = { name: 'x', first: 4, last: 100, load: toLoad };
  const failWith =
    (error: Error) =>
    async ({ rate }: Load) => {
      if (rate > 4) throw error;
      return EASY;
    };
  const steps = await climb(ramp, failWith(new NotCarried('A page was refused')), () => undefined);
  expect(steps.map(({ value, full }) => [value, full])).toEqual([
    [4, null],
    [8, 'A page was refused'],
  ]);
  const twice = new Error('Message 3 arrived twice at one page.');
  await expect(climb(ramp, failWith(twice), () => undefined)).rejects.toBe(twice);
});

test.each([
  [{ loop: 0.95 }, "the sidecar's core"],
  [{ p99: 1_001 }, 'p99 over 1 s'],
  [{ p99: 1_001, machine: 0.98 }, 'p99 over 1 s, with all cores of this machine in use'],
  [{ committed: 0.89 }, 'commits'],
  [{ spare: 999 }, "this machine's memory"],
  // Others may use the machine: as long as the load is carried, that is no limit.
  [{ machine: 1 }, null],
])('%o: %s', (change, full) => {
  expect(findFull({ ...EASY, ...change })).toBe(full);
});

test('extrapolates from the two largest loads that were carried', () => {
  // From 200 to 400 its work grew by 0.2: another 0.35 is there at 750.
  expect(extrapolate(measured([0.3, 0.4, 0.6, 1]))).toBeCloseTo(750);
  expect(extrapolate(measured([0.4, 0.4]))).toBeNull();
  expect(extrapolate(measured([0.6, 1]))).toBeNull();
  expect(extrapolate([])).toBeNull();
});
