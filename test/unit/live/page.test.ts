import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Names } from '../../../addon/web_live/src/page/names.ts';
import { OwnWrites } from '../../../addon/web_live/src/page/own-writes.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const event = (type: string, method: string) =>
  Object.assign(new Event(type), { detail: { data: { params: { method } } } });

it('A page knows while it writes, and for some seconds after that', async () => {
  const bus = new EventTarget();
  const own = new OwnWrites(bus);
  expect(own.isRecent).toBe(false);
  bus.dispatchEvent(event('RPC:REQUEST', 'web_save'));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(own.isRecent).toBe(true);
  bus.dispatchEvent(event('RPC:RESPONSE', 'web_save'));
  await vi.advanceTimersByTimeAsync(2_900);
  expect(own.isRecent).toBe(true);
  await vi.advanceTimersByTimeAsync(200);
  expect(own.isRecent).toBe(false);
});

it.each([
  'web_read',
  'web_search_read',
  'web_read_group',
  'read_progress_bar',
  'onchange',
  'search_count',
  'get_views',
])('A page that calls %s writes nothing', (method) => {
  const bus = new EventTarget();
  const own = new OwnWrites(bus);
  bus.dispatchEvent(event('RPC:REQUEST', method));
  bus.dispatchEvent(new Event('RPC:REQUEST'));
  expect(own.isRecent).toBe(false);
});

it('A web client that does not say what it asks is taken for one that writes nothing', () => {
  expect(new OwnWrites(undefined).isRecent).toBe(false);
});

it('A web client that says later where it tells what it asks is heard from then on, in one place', () => {
  const [bus, other] = [new EventTarget(), new EventTarget()];
  const own = new OwnWrites(undefined);
  own.listen(bus);
  own.listen(other);
  other.dispatchEvent(event('RPC:REQUEST', 'web_save'));
  expect(own.isRecent).toBe(false);
  bus.dispatchEvent(event('RPC:REQUEST', 'web_save'));
  expect(own.isRecent).toBe(true);
});

it('The name of a user is read once; one that may not be read is none', async () => {
  const asked: unknown[] = [];
  const names = new Names(async (...args) => {
    asked.push(args);
    const refusal = { exceptionName: 'odoo.exceptions.AccessError' };
    if (args[1][0] === 9) throw Object.assign(new Error('Odoo Server Error'), refusal);
    return [{ id: 7, name: 'Anna' }];
  });
  expect(await Promise.all([names.of(7), names.of(7), names.of(9)])).toEqual(['Anna', 'Anna', undefined]);
  expect(await names.of(9)).toBeUndefined();
  expect(asked).toEqual([
    ['res.users', [7], ['name']],
    ['res.users', [9], ['name']],
  ]);
});

it('A name that Odoo could not tell just now is asked for again', async () => {
  let isAway = true;
  const names = new Names(async () => {
    if (isAway) throw new Error('Connection to "/web" could not be established.');
    return [{ id: 7, name: 'Anna' }];
  });
  expect(await names.of(7)).toBeUndefined();
  isAway = false;
  expect(await names.of(7)).toBe('Anna');
});
