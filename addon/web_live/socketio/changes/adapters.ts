import { AbstractAdapter, type Message } from 'web_socketio';
import { type Arrival, toArrival } from './arrival.ts';

/** What the triggers of live models send. A message has several keys: its model, and one for each record. */
abstract class LiveAdapter extends AbstractAdapter {
  static override readonly channel: string = 'web_live';
  static override readonly mode = 'each';
  static override readonly key: string = 'keys';

  override format(message: Message): Arrival {
    return toArrival(message);
  }
}

/** Of the records that one page shows, which watches their keys. */
export class Changes extends LiveAdapter {}

/** Of a whole model: a few sockets listen with it, for all. A class of its own, since both read at their own pace. */
export class ModelChanges extends LiveAdapter {}

/** The key of one record. */
export function recordKey(model: string, id: number): string {
  return `${model},${id}`;
}

/** The key of changes that are too many to name, and of the end of a model's being live. */
export function manyKey(model: string): string {
  return `${model},*`;
}
