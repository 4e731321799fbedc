import type { Socket } from 'socket.io';
import { ANSWER_MS } from './answer-time.ts';
import { type Parcel, toArgument } from './parcel.ts';
import { Receipts } from './receipts.ts';
import { type Acknowledgement, type AnswerWay, readAcknowledgement } from './wire.ts';

/** Who is told what becomes of an event. */
export interface Addressee {
  /** Called once, if ever: not when it was called off, or the socket has gone. */
  answered(answer: Acknowledgement): void;
  /** The client has the event, has not answered for {@link ANSWER_MS}, and is waited for. */
  waiting(): void;
}

const UNANSWERED: Acknowledgement = { ok: false, code: 'no_acknowledgement', done: new Set() };

/**
 * Sends one client's events with messages, and hears its answers.
 *
 * An event is never sent again while its first copy may still be there. A client that recognises a second copy, as our
 * page does, is waited for as long as it is connected: a handler may ask its user something. Any other has
 * {@link ANSWER_MS} from when it is known to have the event: one that sleeps would be sent copy after copy, and handle
 * them all when it goes on.
 */
export class Post {
  readonly #socket: Socket;
  readonly #way: AnswerWay;
  /** By the parcels' ids; of a client that answers by events. */
  readonly #awaited = new Map<number, (answer: unknown) => void>();
  #lastId = 0;

  constructor(socket: Socket, way: AnswerWay) {
    this.#socket = socket;
    this.#way = way;
  }

  /** False when the socket has gone: nobody would ever answer. */
  get connected(): boolean {
    return this.#socket.connected;
  }

  /**
   * Sends an event.
   * @param parcel its messages; null if there are none
   * @returns calls it off: the answer is of no account any more
   */
  send(event: string, args: readonly unknown[], parcel: Parcel | null, addressee: Addressee): () => void {
    const id = this.#nextId();
    let stopClock = (): void => undefined;
    const finish = (): boolean => {
      stopClock();
      if (id !== null) this.#awaited.delete(id);
      else forgetAcknowledgement(this.#socket, acknowledgementId);
      const isFirst = !isDone;
      isDone = true;
      return isFirst;
    };
    let isDone = false;
    const answered = (answer: Acknowledgement) => {
      if (finish()) addressee.answered(answer);
    };
    const acknowledge = (answer: unknown) => answered(readAcknowledgement(answer));
    const argument = this.#argument(parcel, id);
    const packet = argument === null ? args : [...args, argument];
    // The number that Socket.IO gives the next event with an acknowledgement.
    const acknowledgementId = this.#socket.nsp._ids;
    if (id === null) this.#socket.emit(event, ...packet, acknowledge);
    else {
      this.#awaited.set(id, acknowledge);
      this.#socket.emit(event, ...packet);
    }
    stopClock = this.#way.parcels
      ? inTurn(afterTime, this.#afterReceipt, () => addressee.waiting())
      : inTurn(this.#afterReceipt, afterTime, () => answered(UNANSWERED));
    return () => void finish();
  }

  /** An answer by event came. @returns false if nobody waits for it */
  receive(id: unknown, answer: unknown): boolean {
    const acknowledge = typeof id === 'number' ? this.#awaited.get(id) : undefined;
    acknowledge?.(answer);
    return acknowledge !== undefined;
  }

  /** Was there an event with that id? Its answer may come when it is of no account any more. */
  hasSent(id: unknown): boolean {
    return typeof id === 'number' && id >= 1 && id <= this.#lastId;
  }

  #nextId(): number | null {
    if (this.#way.answers !== 'event') return null;
    this.#lastId += 1;
    return this.#lastId;
  }

  /** A client of before knows nothing of parcels: to it the argument would be one of the event's own. */
  #argument(parcel: Parcel | null, id: number | null): object | null {
    if (id !== null) return toArgument(parcel ?? { key: '', epoch: '', ids: [], position: null }, id);
    if (parcel === null) return null;
    return this.#way.parcels ? toArgument(parcel, null) : parcel.position;
  }

  readonly #afterReceipt: Delay = (action) => Receipts.of(this.#socket.conn).await(action);
}

/** Socket.IO keeps what it would call for as long as the socket is there: some clients never answer. */
function forgetAcknowledgement(socket: Socket, id: number): void {
  const kept: unknown = Reflect.get(socket, 'acks');
  if (kept instanceof Map) kept.delete(id);
}

/** Calls `action` later. @returns calls it off */
type Delay = (action: () => void) => () => void;

function afterTime(action: () => void): () => void {
  const timer = setTimeout(action, ANSWER_MS);
  return () => clearTimeout(timer);
}

/** Calls `action` after the one and then the other. @returns calls it off */
function inTurn(first: Delay, second: Delay, action: () => void): () => void {
  let callOff = first(() => {
    callOff = second(action);
  });
  return () => callOff();
}
