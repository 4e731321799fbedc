import type { Socket } from 'socket.io';
import { isPacketValid, PacketType } from 'socket.io-parser';
import { argumentText, type JsonText, keptText } from '../../lib/json-text.ts';
import { textFrame } from '../../lib/text-frame.ts';
import { takesNumbers } from './acknowledged.ts';

/** The kinds of a packet: a message of Engine.IO, an event of Socket.IO. */
const MESSAGE = '4';
const EVENT = '2';

/** What `ws` writes instead of making a frame: Socket.IO's own broadcasts have it, too (engine.io 6.6.12, `websocket.js`). */
interface WriteOptions {
  compress?: boolean;
  readonly wsPreEncodedFrame?: readonly Buffer[];
}

interface Copy {
  readonly argument: JsonText | null;
  readonly text: string;
  /** Made when the first WebSocket needs it. */
  options: WriteOptions | null;
}

/**
 * An event with its arguments, encoded once for all the pages that it goes to. Only its last argument may differ: by it each
 * page hears how far it has read.
 *
 * With an acknowledgement it has the same number for all of them, as broadcasts of Socket.IO have.
 */
export class Mailing {
  /** By which it is acknowledged; null if nobody is asked to. */
  readonly number: number | null;
  /** Its numbers are of this very namespace: one that is made anew counts from the beginning. */
  readonly #nameSpace: Socket['nsp'];
  readonly #event: string;
  readonly #args: readonly unknown[];
  /** The packet up to the last argument. */
  readonly #start: string;
  #startBytes: Buffer | null = null;
  #copy: Copy | null = null;

  private constructor(
    { nsp }: Socket,
    event: string,
    args: readonly unknown[],
    texts: string,
    asks: boolean,
  ) {
    this.number = asks ? nsp._ids++ : null;
    this.#nameSpace = nsp;
    this.#event = event;
    // The lists themselves are their handlers', who may change them.
    this.#args = args.map((arg) => (Array.isArray(arg) ? [...arg] : arg));
    this.#start = `${EVENT}${nsp.name === '/' ? '' : `${nsp.name},`}${this.number ?? ''}[${texts}`;
  }

  /**
   * The mailing of an event: the last one if it is the same for this socket, else a new one.
   *
   * @param after the last number by which this socket was to acknowledge something: a late answer to that must not be one to
   * this; null if this needs no answer
   * @returns null if it is for one socket alone: an argument has to be looked at closely, such as a file
   */
  static of(socket: Socket, event: string, args: readonly unknown[], after: number | null): Mailing | null {
    if (last?.isFor(socket, event, args, after)) return last;
    if (after !== null && !takesNumbers(socket)) return null;
    // A name that Socket.IO keeps for itself: its `emit` says so.
    if (!isPacketValid({ type: PacketType.EVENT, nsp: socket.nsp.name, data: [event] })) return null;
    let texts = JSON.stringify(event);
    for (const arg of args) {
      const text = argumentText(arg);
      if (text === undefined) return null;
      texts += `,${text}`;
    }
    last = new Mailing(socket, event, args, texts, after !== null);
    return last;
  }

  /** Sends it. @param argument the last one; null if there is none */
  send({ conn }: Socket, argument: JsonText | null): void {
    if (conn.readyState !== 'open') return;
    const copy = this.#copyWith(argument);
    // To old clients texts are written differently.
    if (conn.protocol === 3 || conn.transport.name !== 'websocket') conn.write(copy.text);
    else {
      copy.options ??= { wsPreEncodedFrame: [this.#frame(argument)] };
      conn.write(copy.text, copy.options);
    }
  }

  /** Is it the same for this socket? */
  isFor(socket: Socket, event: string, args: readonly unknown[], after: number | null): boolean {
    if (event !== this.#event || socket.nsp !== this.#nameSpace) return false;
    const isOther = after === null || this.number === null ? this.number !== after : this.number <= after;
    return !isOther && areSame(this.#args, args, isSameArgument);
  }

  /** Of a thousand pages that read with the same arguments, each gets the same bytes. */
  #copyWith(argument: JsonText | null): Copy {
    if (this.#copy?.argument === argument) return this.#copy;
    this.#copy = { argument, text: this.#start + endWith(argument), options: null };
    return this.#copy;
  }

  #frame(argument: JsonText | null): Buffer {
    this.#startBytes ??= Buffer.from(MESSAGE + this.#start);
    return textFrame(endWith(argument), this.#startBytes);
  }
}

let last: Mailing | null = null;

function endWith(argument: JsonText | null): string {
  return argument === null ? ']' : `,${argument.text}]`;
}

function isSameArgument(one: unknown, other: unknown): boolean {
  if (Array.isArray(one)) return Array.isArray(other) && areSame(one, other, isSameItem);
  return isSameItem(one, other);
}

/** What is no object, or an object that nobody can change any more: others are in no mailing. */
function isSameItem(one: unknown, other: unknown): boolean {
  if (one !== other) return false;
  return typeof one !== 'object' || one === null || keptText(one) !== undefined;
}

function areSame(
  some: readonly unknown[],
  others: readonly unknown[],
  isSame: (one: unknown, other: unknown) => boolean,
): boolean {
  if (some.length !== others.length) return false;
  for (let index = 0; index < some.length; index += 1) if (!isSame(some[index], others[index])) return false;
  return true;
}
