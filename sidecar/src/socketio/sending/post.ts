import type { Socket } from 'socket.io';
import type { AnswerWay } from '../../../protocol/answer.ts';
import { type Addressee, Letter } from './letter.ts';
import { type Parcel, toArgument } from './parcel.ts';

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
  readonly #awaited: Map<number, (answer: unknown) => void> | null;
  #lastId = 0;

  constructor(socket: Socket, way: AnswerWay) {
    this.#socket = socket;
    this.#way = way;
    this.#awaited = way.answers === 'event' ? new Map() : null;
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
    const argument = this.#argument(parcel, id);
    const packet = argument === null ? args : [...args, argument];
    const letter = new Letter(this.#socket, addressee);
    if (id === null) letter.emit(event, packet);
    else {
      this.#awaited?.set(id, letter.acknowledge);
      letter.forget = () => void this.#awaited?.delete(id);
      this.#socket.emit(event, ...packet);
    }
    if (this.#way.parcels) letter.expect();
    else letter.demand();
    return letter.callOff;
  }

  /** An answer by event came. @returns false if nobody waits for it */
  receive(id: unknown, answer: unknown): boolean {
    const acknowledge = typeof id === 'number' ? this.#awaited?.get(id) : undefined;
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
}
