import type { Socket } from 'socket.io';
import type { AnswerWay } from '../../../protocol/answer.ts';
import type { JsonText } from '../../lib/json-text.ts';
import { type Addressee, Letter } from './letter.ts';
import { type Parcel, toArgument } from './parcel.ts';

const NO_PARCEL: Parcel = { key: '', epoch: '', ids: [], position: null };

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
  /** By the parcels' ids; of a client that answers by events, and null of any other. */
  readonly #awaited: Map<number, Letter> | null;
  /** Of the last event: its parcel's id, or the number by which it is acknowledged. */
  #lastId: number;

  constructor(socket: Socket, way: AnswerWay) {
    this.#socket = socket;
    this.#way = way;
    this.#awaited = way.answers === 'event' ? new Map() : null;
    // Socket.IO counts from 0.
    this.#lastId = way.answers === 'event' ? 0 : -1;
  }

  /** False when the socket has gone: nobody would ever answer. */
  get connected(): boolean {
    return this.#socket.connected;
  }

  /**
   * Sends an event.
   * @param parcel its messages; null if there are none
   * @returns what can be called off
   */
  send(event: string, args: readonly unknown[], parcel: Parcel | null, addressee: Addressee): Letter {
    const letter = this.#send(event, args, parcel, addressee);
    if (this.#way.parcels) letter.expect();
    else letter.demand();
    return letter;
  }

  /** An answer by event came. @returns false if nobody waits for it */
  receive(id: unknown, answer: unknown): boolean {
    const letter = typeof id === 'number' ? this.#awaited?.get(id) : undefined;
    letter?.answer(answer);
    return letter !== undefined;
  }

  /** Was there an event with that id? Its answer may come when it is of no account any more. */
  hasSent(id: unknown): boolean {
    return this.#awaited !== null && typeof id === 'number' && id >= 1 && id <= this.#lastId;
  }

  #send(event: string, args: readonly unknown[], parcel: Parcel | null, addressee: Addressee): Letter {
    if (this.#awaited === null) {
      const sending = { event, args, argument: this.#argument(parcel) };
      const letter = Letter.send(this.#socket, addressee, sending, this.#lastId);
      this.#lastId = letter.number;
      return letter;
    }
    this.#lastId += 1;
    const id = this.#lastId;
    const argument = toArgument(parcel ?? NO_PARCEL, id);
    return Letter.sendNumbered(this.#socket, addressee, { event, args, argument }, id, this.#awaited);
  }

  /** A client of before knows nothing of parcels: to it the argument would be one of the event's own. */
  #argument(parcel: Parcel | null): JsonText | null {
    if (parcel === null) return null;
    return this.#way.parcels ? toArgument(parcel, null) : parcel.position;
  }
}
