import type { Socket } from 'socket.io';
import { type Acknowledgement, readAcknowledgement } from './acknowledgement.ts';
import { ANSWER_MS } from './answer-time.ts';
import { Outbox } from './outbox.ts';
import { Receipts } from './receipts.ts';

/** Who is told what becomes of an event. */
export interface Addressee {
  /** Called once, if ever: not when it was called off, or the socket has gone. */
  answered(answer: Acknowledgement): void;
  /** The event is on its way for {@link ANSWER_MS} at least; the client has not answered, and is waited for. */
  waiting(): void;
}

const UNANSWERED: Acknowledgement = { ok: false, code: 'no_acknowledgement', done: new Set() };

/** One event that was sent, until it is answered. One object with two closures, since each costs its share of every delivery. */
export class Letter {
  readonly #socket: Socket;
  readonly #addressee: Addressee;
  #timer: NodeJS.Timeout | null = null;
  #unawait: (() => void) | null = null;
  #isDone = false;
  /** The number that Socket.IO gave it, if it acknowledges. */
  #number: number | null = null;
  /** Called when it is done. */
  forget: (() => void) | null = null;

  constructor(socket: Socket, addressee: Addressee) {
    this.#socket = socket;
    this.#addressee = addressee;
  }

  /** Sends it, to be acknowledged. */
  emit(event: string, packet: readonly unknown[]): void {
    // That of the next event with an acknowledgement.
    this.#number = this.#socket.nsp._ids;
    this.#socket.emit(event, ...packet, this.acknowledge);
  }

  readonly acknowledge = (answer: unknown): void => this.#answered(readAcknowledgement(answer));

  /** From now on its addressee hears if the client does not answer. */
  expect(): void {
    const isSentAlready = Outbox.of(this.#socket.conn)?.isClear !== false;
    this.#timer = setTimeout(() => {
      if (isSentAlready) this.#addressee.waiting();
      // A slow link is no fault of the client's.
      else this.expect();
    }, ANSWER_MS);
  }

  /** It has failed if the client has it and does not answer. */
  demand(): void {
    this.#whenReceived(() => {
      this.#timer = setTimeout(() => this.#answered(UNANSWERED), ANSWER_MS);
    });
  }

  /** The answer is of no account any more. */
  readonly callOff = (): void => {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#unawait?.();
    this.forget?.();
    if (this.#number !== null) forgetAcknowledgement(this.#socket, this.#number);
    this.#isDone = true;
  };

  #answered(answer: Acknowledgement): void {
    if (this.#isDone) return;
    this.callOff();
    this.#addressee.answered(answer);
  }

  #whenReceived(action: () => void): void {
    this.#unawait = Receipts.of(this.#socket.conn).await(action);
  }
}

/** Socket.IO keeps what it would call for as long as the socket is there: some clients never answer. */
function forgetAcknowledgement(socket: Socket, number: number): void {
  const kept: unknown = Reflect.get(socket, 'acks');
  if (kept instanceof Map) kept.delete(number);
}
