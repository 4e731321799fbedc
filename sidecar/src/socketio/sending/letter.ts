import type { Socket } from 'socket.io';
import type { JsonText } from '../../lib/json-text.ts';
import { awaitAcknowledgement, forgetAcknowledgement } from './acknowledged.ts';
import { type Acknowledgement, readAcknowledgement } from './acknowledgement.ts';
import { AnswerClock, Expectant } from './answer-clock.ts';
import type { ANSWER_MS } from './answer-time.ts';
import { Mailing } from './mailing.ts';
import { Outbox } from './outbox.ts';
import { Receipts } from './receipts.ts';

/** Who is told what becomes of an event. */
export interface Addressee {
  /** Called once, if ever: not when it was called off, or the socket has gone. */
  answered(answer: Acknowledgement): void;
  /** The event is on its way for {@link ANSWER_MS} at least; the client has not answered, and is waited for. */
  waiting(): void;
}

/** How it was sent. */
export interface Sending {
  readonly event: string;
  readonly args: readonly unknown[];
  /** The last argument, if there is one more. */
  readonly argument: JsonText | null;
}

const UNANSWERED: Acknowledgement = { ok: false, code: 'no_acknowledgement', done: new Set() };
const clock = new AnswerClock();

/** One event that was sent, until it is answered. One object with one closure, since each costs its share of every delivery. */
export class Letter extends Expectant {
  readonly #socket: Socket;
  readonly #addressee: Addressee;
  /** The number that its acknowledgement has, or its answer by event. */
  readonly number: number;
  /** Those that are answered by events, which it is one of; null if it is acknowledged. */
  readonly #awaited: Map<number, Letter> | null;
  #unawait: (() => void) | null = null;
  #isDone = false;
  /** It has failed if it is not answered in time. */
  #isDemanded = false;
  /** When it was sent, nothing before it waited here. */
  #isSent = false;

  private constructor(
    socket: Socket,
    addressee: Addressee,
    number: number,
    awaited: Map<number, Letter> | null,
  ) {
    super();
    this.#socket = socket;
    this.#addressee = addressee;
    this.number = number;
    this.#awaited = awaited;
  }

  /**
   * Sends one that is acknowledged.
   * @param after the number of the last one that this socket was sent; less than 0 if there was none
   */
  static send(
    socket: Socket,
    addressee: Addressee,
    { event, args, argument }: Sending,
    after: number,
  ): Letter {
    const mailing = Mailing.of(socket, event, args, after);
    // That of the next event with an acknowledgement.
    const letter = new Letter(socket, addressee, mailing?.number ?? socket.nsp._ids, null);
    const acknowledge = (answer: unknown) => letter.answer(answer);
    if (mailing === null) {
      socket.emit(event, ...(argument === null ? args : [...args, argument]), acknowledge);
    } else {
      awaitAcknowledgement(socket, letter.number, acknowledge);
      mailing.send(socket, argument);
    }
    return letter;
  }

  /**
   * Sends one that is answered by an event.
   * @param number by which the answer names it
   * @param awaited where it is found by that, until it is answered
   */
  static sendNumbered(
    socket: Socket,
    addressee: Addressee,
    { event, args, argument }: Sending,
    number: number,
    awaited: Map<number, Letter>,
  ): Letter {
    const letter = new Letter(socket, addressee, number, awaited);
    awaited.set(number, letter);
    const mailing = Mailing.of(socket, event, args, null);
    if (mailing === null) socket.emit(event, ...args, argument);
    else mailing.send(socket, argument);
    return letter;
  }

  /** The client has answered. @param answer comes from outside */
  answer(answer: unknown): void {
    this.#answered(readAcknowledgement(answer));
  }

  /** From now on its addressee hears if the client does not answer. */
  expect(): void {
    this.#isSent = Outbox.of(this.#socket.conn)?.isClear !== false;
    clock.add(this);
  }

  /** It has failed if the client has it and does not answer. */
  demand(): void {
    this.#isDemanded = true;
    this.#unawait = Receipts.of(this.#socket.conn).await(() => clock.add(this));
  }

  override overdue(): void {
    if (this.#isDemanded) this.#answered(UNANSWERED);
    else if (this.#isSent) this.#addressee.waiting();
    // A slow link is no fault of the client's.
    else this.expect();
  }

  /** The answer is of no account any more. */
  callOff(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    clock.delete(this);
    this.#unawait?.();
    if (this.#awaited === null) forgetAcknowledgement(this.#socket, this.number);
    else this.#awaited.delete(this.number);
  }

  #answered(answer: Acknowledgement): void {
    if (this.#isDone) return;
    this.callOff();
    this.#addressee.answered(answer);
  }
}
