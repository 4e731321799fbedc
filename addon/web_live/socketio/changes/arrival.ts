import type { Message } from 'web_socketio';
import type { Change } from '../protocol.ts';

/** A change of some records, as a trigger wrote it down. */
export class Arrival {
  /** Of its message: it may be heard twice. */
  readonly id: string;
  readonly model: string;
  readonly op: Change['op'];
  /** Null: too many to name. */
  readonly ids: readonly number[] | null;
  /** Null if nobody knows. */
  readonly who: number | null;

  constructor({ id, uid, values }: Message) {
    this.id = id;
    this.model = String(values['model'] ?? '');
    const op = OPS.find((known) => known === values['op']) ?? 'many';
    const { ids } = values;
    // Of what cannot be understood anything may have changed.
    const areNamed = op !== 'many' && op !== 'off' && Array.isArray(ids) && ids.every(Number.isSafeInteger);
    this.op = areNamed || op === 'off' ? op : 'many';
    this.ids = areNamed ? ids.map(Number) : null;
    this.who = uid;
  }
}

const OPS: readonly Change['op'][] = ['create', 'write', 'unlink', 'many', 'off'];

/** A thousand pages that hear of a message share it, and what it says. */
const arrivals = new WeakMap<Message, Arrival>();

export function toArrival(message: Message): Arrival {
  let arrival = arrivals.get(message);
  if (arrival === undefined) {
    arrival = new Arrival(message);
    arrivals.set(message, arrival);
  }
  return arrival;
}

export function isArrival(value: unknown): value is Arrival {
  return value instanceof Arrival;
}
