import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Arrival } from '../../../addon/web_live/socketio/changes/arrival.ts';
import { LiveModel } from '../../../addon/web_live/socketio/model/live-model.ts';
import type { Differs } from '../../../addon/web_live/socketio/protocol.ts';
import { View, type ViewOwner } from '../../../addon/web_live/socketio/views/view.ts';
import { arrival } from '../../support/live/arrivals.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A model, of which two pages show a record, and somebody who hears of all of it. */
function start() {
  const model = new LiveModel({ name: 'res.partner', heard: () => undefined, unused: () => undefined });
  let hear: (arrivals: readonly Arrival[]) => void = () => undefined;
  model.join({
    hear: (_model, heard) => {
      hear = heard;
      return { abort: () => undefined };
    },
  });
  const open = (ids: readonly number[]) => {
    const told: Differs[] = [];
    const owner: ViewOwner = {
      ...{ uid: 2, isOpen: true, differ: async () => [], report: () => undefined },
      tellDiffers: (differs) => void told.push(differs),
    };
    const view = new View(owner, { view: 1, version: 1, model: model.name, ids, age: 0 }, ids, 900);
    model.add(view);
    return { view, owner, told };
  };
  return { model, open, hear: (...arrivals: Arrival[]) => hear(arrivals) };
}

it('A view that has just been added is told of what its page does not hear of itself: it was read before, and heard late', async () => {
  const { model, open, hear } = start();
  const [late, other] = [open([1]), open([1])];
  const change = arrival([1, 9], { who: 7 });
  hear(change);
  await vi.advanceTimersByTimeAsync(500);
  // A page that was away has it replayed: the same once more.
  model.heard([Object.assign(Object.create(Arrival.prototype), change)], other.owner);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(late.told).toMatchObject([{ view: 1, who: 7 }]);
  expect(other.told).toEqual([]);
});

it('Nor is it told of what its page hears first, of what it does not show, and of anything after it is closed', async () => {
  const { model, open, hear } = start();
  const [first, stranger, closed] = [open([1]), open([2]), open([1])];
  const change = arrival([1]);
  model.heard([change], first.owner);
  hear(change);
  model.delete(closed.view);
  await vi.advanceTimersByTimeAsync(20_000);
  for (const { told } of [first, stranger, closed]) expect(told).toEqual([]);
});

it('What is too much to name may be of any view, and a view that is there for a minute hears all of it itself', async () => {
  const { open, hear } = start();
  const old = open([1]);
  await vi.advanceTimersByTimeAsync(61_000);
  const late = open([2]);
  hear(arrival(null));
  hear(arrival([1]), arrival([2]));
  await vi.advanceTimersByTimeAsync(20_000);
  expect(late.told).toHaveLength(1);
  expect(old.told).toEqual([]);
});
