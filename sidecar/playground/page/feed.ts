import { append, make } from './element.ts';

/** Lines that a page without end would otherwise keep. */
const MOST = 200;

export interface Notification {
  readonly subject: string;
  readonly text: string;
}

/** What has arrived at a seat, newest at the end. */
export class Feed {
  readonly #list: HTMLElement;

  constructor(list: HTMLElement) {
    this.#list = list;
  }

  /** A line of the chat. */
  said(name: string, text: string, isOwn: boolean): void {
    this.#add(isOwn ? 'said own' : 'said', make('b', '', name), make('p', '', text));
  }

  notified({ subject, text }: Notification): void {
    this.#add('notification', make('small', '', 'Notification'), make('b', '', subject), make('p', '', text));
  }

  /** What the seat has to say itself. */
  note(text: string): void {
    this.#add('note', text);
  }

  failed(text: string): void {
    this.#add('note problem', text);
  }

  /** Any line, such as a task with its buttons. */
  show(className: string, ...children: Node[]): HTMLElement {
    return this.#add(className, ...children);
  }

  /** Where the keyboard goes on when what it was on has gone. */
  focus(): void {
    this.#list.focus({ preventScroll: true });
  }

  clear(): void {
    this.#list.replaceChildren();
  }

  #add(className: string, ...children: (Node | string)[]): HTMLElement {
    const line = make('li', className, ...children);
    append(this.#list, line, MOST);
    return line;
  }
}
