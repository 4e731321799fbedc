import { emitKeypressEvents } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';
import {
  cursorHide,
  cursorShow,
  cursorTo,
  enterAlternativeScreen,
  eraseDown,
  eraseEndLine,
  exitAlternativeScreen,
  synchronizedOutput,
} from 'ansi-escapes';
import type { Size } from './frame.ts';
import { paint } from './paint.ts';
import type { Line } from './table.ts';

/** A terminal that does not say how large it is. */
const USUAL: Size = { columns: 80, rows: 24 };

/** Who is told what somebody does at a terminal. */
export interface ScreenOwner {
  /** @param name such as `q`; `c` with the control key is `ctrl-c` */
  key(name: string): void;
  resized(): void;
}

/** A terminal of which all is taken, and given back as it was. */
export class Screen {
  readonly #output: WriteStream;
  readonly #input: ReadStream | null;
  readonly #owner: ScreenOwner;
  readonly #onKey = (
    _text: string | undefined,
    { name = '', ctrl = false }: { name?: string; ctrl?: boolean },
  ) => this.#owner.key(ctrl ? `ctrl-${name}` : name);
  readonly #onResize = () => this.#owner.resized();
  #isOpen = false;

  /** @param input null if there is no keyboard */
  constructor(output: WriteStream, input: ReadStream | null, owner: ScreenOwner) {
    this.#output = output;
    this.#input = input;
    this.#owner = owner;
  }

  get size(): Size {
    const { columns, rows } = this.#output;
    return { columns: columns || USUAL.columns, rows: rows || USUAL.rows };
  }

  /** May be called twice. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#output.write(enterAlternativeScreen + cursorHide);
    this.#output.on('resize', this.#onResize);
    if (this.#input === null) return;
    emitKeypressEvents(this.#input);
    this.#input.setRawMode(true);
    this.#input.on('keypress', this.#onKey).resume();
  }

  /** Writes over what is there: what is erased first would flicker. */
  draw(lines: readonly Line[]): void {
    const isColored = this.#output.hasColors();
    const text = lines.map((line) => paint(line, isColored) + eraseEndLine).join('\r\n');
    this.#output.write(synchronizedOutput(cursorTo(0, 0) + text + eraseDown));
  }

  /** Gives the terminal back. May be called twice. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#output.off('resize', this.#onResize);
    this.#output.write(cursorShow + exitAlternativeScreen);
    if (this.#input === null) return;
    this.#input.off('keypress', this.#onKey).pause();
    this.#input.setRawMode(false);
  }
}
