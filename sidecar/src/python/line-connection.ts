import type { Socket } from 'node:net';
import { reason } from '../api/error.ts';
import type { Message } from '../api/message.ts';
import { SidecarError } from '../api/sidecar-error.ts';
import { keptText } from '../lib/json-text.ts';
import { LineReader, MOST_LINE_BYTES } from './line-reader.ts';
import { isTooDeep } from './nesting.ts';

/** So large may the first line be, of somebody who has proved nothing. */
const HELLO_BYTES = 4 * 1024 * 1024;
/** A line goes out when it has so many characters, though the turn has not ended: far from what a line may have. */
const LINE_CHARACTERS = 1024 * 1024;
/** So much of it may be the messages of one frame. */
const MOST_BATCH_BYTES = MOST_LINE_BYTES / 2;
/** So long may the other side take to read the end of what was sent. */
const END_MS = 1_000;
/** More waits for nobody who reads. */
const MOST_UNSENT_BYTES = 64 * 1024 * 1024;

/** What becomes of the lines of a connection, and of its end. */
export interface LineOwner {
  line(text: string): void;
  /** It is closed. @param problem why, if it was not the other side */
  closed(problem: SidecarError | null): void;
}

/** The JSON of a message, its size in bytes, and whether no worker could read it. */
interface Encoded {
  readonly text: string;
  readonly bytes: number;
  readonly isTooDeep: boolean;
}

const encoded = new WeakMap<Message, Encoded>();

/**
 * Lines over a connection. What is sent in one turn of the event loop goes out as one line: a thousand pages that get the
 * same message cost one write, and the message stands in it once.
 */
export class LineConnection {
  /** Told of what comes; another one takes over when the link is open. */
  owner: LineOwner;
  readonly #socket: Socket;
  readonly #reader = new LineReader(HELLO_BYTES);
  #frames: string[] = [];
  /** By id, the messages that the frames speak of. */
  #messages: Map<string, string> | null = null;
  #characters = 0;
  #flushing: NodeJS.Immediate | null = null;
  #problem: SidecarError | null = null;
  #closed = false;

  constructor(socket: Socket, owner: LineOwner) {
    this.#socket = socket;
    this.owner = owner;
    socket.setNoDelay(true);
    socket.setTimeout(0);
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    // Its close follows, with the end of what was not said.
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    socket.once('close', () => this.#close());
  }

  /** What came with the request already. */
  receive(chunk: Buffer): void {
    try {
      for (const line of this.#reader.read(chunk)) {
        if (this.#closed || this.#problem !== null) return;
        this.owner.line(line);
      }
    } catch (error) {
      // Whatever it is, it is the matter of this link, and of no socket.
      this.fail(error instanceof SidecarError ? error : failedError(error));
    }
  }

  /**
   * Sends a frame.
   *
   * @param frame its JSON
   * @param messages that it speaks of by their ids
   */
  send(frame: string, messages: readonly Message[] = []): void {
    if (this.#closed || this.#problem !== null) return;
    for (const message of messages) this.#add(message);
    this.#frames.push(frame);
    this.#characters += frame.length + 1;
    if (this.#characters > LINE_CHARACTERS) this.#flush();
    else this.#flushing ??= setImmediate(() => this.#flush());
  }

  /** The other side has proved who it is. */
  trust(): void {
    this.#reader.most = MOST_LINE_BYTES;
  }

  /** Sends something that is no line. */
  write(text: string): void {
    this.#socket.write(text);
  }

  /** Closes it when all that was sent is on its way. */
  end(): void {
    this.#flush();
    this.#socket.destroySoon();
    const timer = setTimeout(() => this.#socket.destroy(), END_MS);
    this.#socket.once('close', () => clearTimeout(timer));
  }

  /** Closes it at once, because of that. */
  fail(problem: SidecarError): void {
    if (this.#closed) return;
    this.#problem ??= problem;
    this.#socket.destroy();
  }

  #add(message: Message): void {
    this.#messages ??= new Map();
    if (this.#messages.has(message.id)) return;
    const { text } = encode(message);
    this.#messages.set(message.id, text);
    this.#characters += text.length + 1;
  }

  #flush(): void {
    if (this.#flushing !== null) clearImmediate(this.#flushing);
    this.#flushing = null;
    if (this.#frames.length === 0 || this.#closed) return;
    const bodies = this.#messages === null ? '' : `["messages",[${[...this.#messages.values()].join()}]],`;
    this.#socket.write(`[${bodies}${this.#frames.join()}]\n`);
    this.#frames = [];
    this.#messages = null;
    this.#characters = 0;
    if (this.#socket.writableLength <= MOST_UNSENT_BYTES) return;
    this.fail(
      new SidecarError(
        'link_slow',
        `${this.#socket.writableLength} bytes wait for the worker, which does not read: its link is closed. Look in its log for a handler that blocks.`,
      ),
    );
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#flushing !== null) clearImmediate(this.#flushing);
    this.owner.closed(this.#problem);
  }
}

/** The first of these messages that a line cannot hold; null if there is none, as nearly always. */
export function findUnfit(messages: readonly Message[]): Message | null {
  let bytes = 0;
  for (const message of messages) {
    const known = encode(message);
    bytes += known.bytes;
    if (bytes > MOST_BATCH_BYTES || known.isTooDeep) return message;
  }
  return null;
}

/** A message is encoded once, whichever workers get it and how often. */
function encode(message: Message): Encoded {
  let known = encoded.get(message);
  if (known === undefined) {
    const { id, channel, uid, date, values } = message;
    const head = JSON.stringify({ id, channel, uid, date });
    const text = `${head.slice(0, -1)},"values":${keptText(values) ?? JSON.stringify(values)}}`;
    known = { text, bytes: Buffer.byteLength(text), isTooDeep: isTooDeep(values) };
    encoded.set(message, known);
  }
  return known;
}

function failedError(cause: unknown): SidecarError {
  const text = `A line of the worker could not be carried out: ${reason(cause)}. Its link is closed.`;
  return new SidecarError('link_protocol', text, { cause });
}
