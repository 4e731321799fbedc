import { textFrame } from '../lib/text-frame.ts';
import type { BusRead, Notification } from './notification.ts';

/**
 * What some sockets get of a read: notifications, one after the other. Those who get the same have the same object, so that
 * a notification to a thousand sockets is encoded once.
 */
export class Share {
  readonly #before: Share | null;
  readonly #last: Notification | null;
  // A notification for many comes after the same share for nearly all of them: a map is made for the second.
  #next: Share | null = null;
  #others: Map<Notification, Share> | null = null;
  #frame: Buffer | null = null;

  private constructor(before: Share | null, last: Notification | null) {
    this.#before = before;
    this.#last = last;
  }

  /** Of one read: nothing as yet. */
  static none(): Share {
    return new Share(null, null);
  }

  /** The same, and one more. */
  with(notification: Notification): Share {
    const next = this.#next;
    if (next !== null && next.#last === notification) return next;
    const known = this.#others?.get(notification);
    if (known !== undefined) return known;
    const share = new Share(this, notification);
    if (next === null) {
      this.#next = share;
    } else {
      this.#others ??= new Map();
      this.#others.set(notification, share);
    }
    return share;
  }

  /** The frame for all who have it. */
  frame({ inexact, mark }: BusRead): Buffer {
    this.#frame ??= frameOf(this.#list(this.#last !== null && inexact.has(this.#last.id) ? mark : null));
    return this.#frame;
  }

  #list(mark: Notification | null): Notification[] {
    const list = mark === null ? [] : [mark];
    for (let share: Share = this; share.#last !== null && share.#before !== null; share = share.#before)
      list.push(share.#last);
    return list.reverse();
  }
}

/** The frame with these notifications, as Odoo's JavaScript takes it. */
function frameOf(notifications: readonly Notification[]): Buffer {
  return textFrame(`[${notifications.map(({ text }) => text).join(',')}]`);
}
