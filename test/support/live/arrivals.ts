import { Arrival } from '../../../addon/web_live/socketio/changes/arrival.ts';

let last = 0;

/** A change as it is heard. */
export function arrival(
  ids: readonly number[] | null,
  { op = ids === null ? 'many' : 'write', who = 3, model = 'res.partner' } = {},
): Arrival {
  last += 1;
  const values = { model, op, ids, keys: [model] };
  return new Arrival({ id: `${last}`, channel: 'web_live', uid: who, date: '2026-11-30 00:00:00', values });
}
